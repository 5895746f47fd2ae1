"""Passes of both libraries are timed in turns."""

from pathlib import Path

import numpy as np
from onnx_rows import in_turns, onnx_pass, torch_pass
from tiny import tiny_model
from tiny_decoder import tiny_decoder


def test_a_pass_gives_logits_for_each_row_in_both(tmp_path: Path) -> None:
    tiny = tiny_decoder(tiny_model(tmp_path, "qwen2"), tmp_path)
    mine, theirs = onnx_pass(tiny.served, 3, 20)(), torch_pass(tiny.base, tiny.base.head, 3, 20)()
    assert np.shape(mine) == np.shape(theirs) == (3, 272)


def test_each_is_measured_as_often_and_the_first_turn_left_out() -> None:
    called: list[str] = []
    works = {name: lambda name=name: called.append(name) for name in "ab"}
    taken = in_turns(works, 3)
    assert {len(times) for times in taken.values()} == {3}
    assert called == ["a", "b"] * 4
