"""`unmask doctor` on this machine, whatever it has."""

import os
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from unmask_lsp.cli import doctor
from unmask_lsp.cli import main as cli
from unmask_model.families.machine import has_torch
from unmask_model.families.open_model import OpenedModel
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.memory import MemoryAccount
from unmask_model.weights.bases import QWEN25_CODER_05B


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", str(tmp_path))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read and multiplied to calibrate is small."""
    monkeypatch.setattr("unmask_model.families.calibration.READ_BYTES", 1 << 20)
    monkeypatch.setattr("unmask_model.families.calibration.PRODUCT", (8, 64, 64))


def report() -> str:
    """The table, wide enough that no cell is broken, however long this machine's paths are."""
    result = CliRunner().invoke(cli.app, ["doctor"], env={"COLUMNS": "400"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_says_what_would_run_here() -> None:
    said = report()
    with_torch = ("precision", "GPU") if has_torch() else ()
    for what in ("unmask", "python", "processor", "memory", "onnxruntime", "torch", *with_torch):
        assert what in said
    assert "model scripted" in said
    assert "no engine runs" in said
    assert "TFLOP/s, just now" in said


def test_it_says_what_auto_stands_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UNMASK_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert "unmask pull small" in report()
    base = tmp_path / "bases" / QWEN25_CODER_05B.name / QWEN25_CODER_05B.file
    base.parent.mkdir(parents=True)
    base.touch()
    monkeypatch.setattr("unmask_model.families.machine.of_processor", lambda: 1 << 40)
    monkeypatch.setattr("unmask_model.families.machine.find_spec", lambda _: None)
    said = report()
    assert re.search(r"small +about \d+ ms a fill, in ", said)
    assert re.search(r"auto +small, (within|beyond) 300 ms", said)


def test_it_says_what_to_install_for_what_needs_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unmask_model.families.machine.find_spec", lambda _: None)
    said = report()
    assert "'unmask[gpu]'" in said
    assert "TFLOP/s, just now" in said


def test_a_machine_that_tells_nothing_of_its_processor_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "_flags", set)
    assert "nothing special" in report()


def test_it_says_what_an_engine_remembers() -> None:
    account = MemoryAccount(
        workspace="w", files=3, tokens=1_500_000, bytes=12_000_000, left_out=2, build_ms=2500.0
    )
    assert doctor._remembered(account) == (
        "remembers 3 files, 2 left out: 1.50 million tokens in 12 MB, read in 2.5 s"
    )


def test_its_last_line_says_what_to_expect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UNMASK_CACHE", str(tmp_path))
    assert report().rstrip().endswith("run `unmask pull small`.")
    monkeypatch.setattr("unmask_model.families.open_model.open_model", lambda _: scripted())
    assert "A pass of small takes" in report()
    assert report().rstrip().endswith("suggestions come as you type.")


def scripted() -> OpenedModel:
    return OpenedModel(name="small", denoiser=Scripted(), sampler="verify")


@pytest.mark.parametrize(
    ("line_ms", "expected"),
    [
        (90.0, "come as you type"),
        (450.0, "come in parts"),
        (2000.0, "raise unmask.budgetMs to 2000 or more"),
    ],
)
def test_the_verdict_says_whether_suggestions_come_and_what_would_help(
    line_ms: float, expected: str
) -> None:
    assert expected in doctor.verdict(line_ms, 300.0)
