"""What is compared with peers, without a peer."""

from dataclasses import replace

import peers
import pytest
from engines import engine_of
from rivals import Filled, Llama, Ours, first_line
from rows import Row

from unmask_model.families.open_model import open_model

ROW = Row(
    task="SingleLineInfilling/HumanEval/0/L0",
    left="def f(x):\n",
    middle="    return x\n",
    right="",
    test="def check(f):\n    assert f(3) == 3\n",
    entry_point="f",
)
OTHER = replace(ROW, task="SingleLineInfilling/HumanEval/2/L0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n\n  a = 1\nb", ("  a = 1\n", True)),
        ("  a = 1", ("  a = 1\n", False)),
        ("\n  ", ("", False)),
        ("", ("", False)),
    ],
)
def test_the_first_line_that_is_not_blank_counts(text: str, expected: tuple[str, bool]) -> None:
    assert first_line(text) == expected


def test_our_engine_fills_a_row() -> None:
    ours = Ours(engine_of(open_model("scripted")), "verify", "ours")
    ours.warm(ROW)
    filled = ours.fill(ROW, 0)
    assert filled.text == "pass\n"
    assert filled.finished


class Knows:
    """Fills in what is right, or nothing."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self._text = name, text
        self.warmed: list[str] = []

    def warm(self, row: Row) -> None:
        self.warmed.append(row.task)

    def fill(self, row: Row, budget_ms: float) -> Filled:
        return Filled(text=self._text, finished=bool(self._text), tokens=4, ms=8.0, writing_ms=6.0)


def test_everybody_is_judged_alike() -> None:
    right, silent = Knows("right", "    return x\n"), Knows("silent", "")
    found = peers._filled([ROW, OTHER], [right, silent], [300.0], warm=True)
    figures = peers._judged([ROW, OTHER], found)
    best, worst = figures["right @ 300"], figures["silent @ 300"]
    assert (best.passed.value, worst.passed.value) == (1.0, 0.0)
    assert (best.answered.value, worst.answered.value) == (1.0, 0.0)
    assert (best.gain.value, worst.gain.value) == (0.0, -1.0)
    assert best.token_ms == 1.5


@pytest.mark.parametrize(
    ("warm", "read"), [(True, [ROW.task, OTHER.task]), (False, [OTHER.task, ROW.task])]
)
def test_a_row_is_read_before_or_something_else_is(warm: bool, read: list[str]) -> None:
    one = Knows("one", "")
    peers._filled([ROW, OTHER], [one], [300.0], warm=warm)
    assert one.warmed == read


def test_llama_cpp_is_asked_in_its_own_order_or_with_the_right_side_first() -> None:
    own, other = (Llama("http://127.0.0.1:9", right_first=first) for first in (False, True))
    assert own._question(ROW)["input_prefix"] == ROW.left
    assert str(other._question(replace(ROW, right="R"))["prompt"]).startswith(
        "<|fim_prefix|><|fim_suffix|>R<|fim_middle|>def"
    )
