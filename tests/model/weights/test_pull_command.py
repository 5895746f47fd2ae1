"""The command that messages tell a person to type works when it is typed."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from unmask_model.weights.pull_command import pull_command


def test_the_command_is_short_where_the_shell_finds_it(monkeypatch: pytest.MonkeyPatch):
    folder = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert pull_command("small") == "unmask pull small"


def test_elsewhere_the_whole_path_is_named_and_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    *command, word, name = shlex.split(pull_command("small"))
    assert (word, name) == ("pull", "small")
    assert subprocess.run([*command, "--version"], check=False).returncode == 0


def test_another_installation_on_the_path_is_not_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "unmask"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pull_command("small") != "unmask pull small"
    assert pull_command("small").endswith("pull small")


def test_without_a_script_the_interpreter_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "a python"))
    assert pull_command("small") == f"'{tmp_path}/a python' -m unmask_lsp pull small"
