"""The picture of a run."""

import sys
from pathlib import Path

import pytest

from unmask_train.records.loss_plot import draw

ENTRIES = [
    {"step": 1, "loss": 4.0, "blank": 5.0},
    {"step": 2, "loss": 3.0},
    {"step": 2, "reading": {"run": 1.0}},
]


def test_losses_are_drawn_as_a_png(tmp_path: Path) -> None:
    assert draw(ENTRIES, tmp_path / "loss.png")
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_without_matplotlib_goes_without_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert not draw(ENTRIES, tmp_path / "loss.png")
    assert not (tmp_path / "loss.png").exists()
