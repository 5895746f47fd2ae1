"""Forms of weights are compared place by place."""

from pathlib import Path

import numpy as np
import torch
from onnx_agreement import CONTEXT, compare, draw, log_softmax


def test_files_of_each_suffix_are_drawn_again_alike(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.ts"):
        (tmp_path / name).write_text(f"{name}\n" * 1000)
    (tmp_path / "short.py").write_text("x\n")
    drawn = draw([tmp_path], [".py", ".ts"], 5, seed=3)
    assert [text[:4] for text in drawn].count("c.ts") == 1
    assert len(drawn) == 3
    assert drawn == draw([tmp_path], [".py", ".ts"], 5, seed=3)


def test_only_places_where_float32_is_sure_count_as_such() -> None:
    """Of two places it is sure of one, and the other form agrees there alone."""
    wanted = log_softmax(np.array([[9.0, 0.0, 0.0], [1.0, 1.1, 1.0]], np.float32))
    found = log_softmax(np.array([[5.0, 0.0, 0.0], [1.2, 1.1, 1.0]], np.float32))
    window = np.zeros(CONTEXT + 3, np.int64)
    window[-2:] = 7, 9
    result = compare([found], [wanted], [window], torch.tensor([7, 8, 9]))
    assert result.places == 2
    assert result.same.value == 0.5
    assert result.same_where_sure.value == 1.0
    assert result.divergence > 0
    assert np.isclose(result.nats_float32, -(wanted[0, 0] + wanted[1, 2]) / 2)
