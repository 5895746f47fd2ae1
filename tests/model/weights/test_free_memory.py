"""Free memory without torch."""

from pathlib import Path

import pytest

from unmask_model.weights import free_memory


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a driver's tool on the PATH that says something."""

    def write(script: str) -> None:
        tool = tmp_path / "nvidia-smi"
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")

    return write


def test_a_processor_has_some_memory():
    assert free_memory.of_processor() > 1 << 20


def test_of_several_gpus_the_one_with_most_counts(say):
    say("echo 1000; echo 24000")
    assert free_memory.of_gpu() == 24000 << 20


@pytest.mark.parametrize("script", ["exit 9", "echo no devices were found", "true"])
def test_a_driver_that_says_nothing_of_use_is_no_gpu(script: str, say):
    say(script)
    assert free_memory.of_gpu() is None


def test_without_the_driver_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert free_memory.of_gpu() is None
