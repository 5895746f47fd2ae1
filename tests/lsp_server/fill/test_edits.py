"""Edits a person asks for, with an engine that says what it is told."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.fill.edits import Candidate, Filling
from unmask_lsp.fill.holes import Hole, of_body, of_marks, of_selection
from unmask_lsp.suggest.engine_request import Wanted
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.request import InfillRequest, InfillResult, Rewrite, Span, StopReason

EMPTY = Snapshot(
    uri="file:///m.py", version=7, language="python", text="", cursor=0, line=0, line_start=0
)
PYTHON = language_of("python")


class Says:
    """A filler that answers one request after the other."""

    def __init__(
        self, *answers: str | tuple[str, ...], stop_reason: StopReason = StopReason.END
    ) -> None:
        self.stop_reason = stop_reason
        self.answers = [(one,) if isinstance(one, str) else one for one in answers]
        self.requests: list[InfillRequest] = []

    async def fill(self, request: InfillRequest) -> InfillResult:
        self.requests.append(request)
        text, *others = self.answers[min(len(self.requests), len(self.answers)) - 1]
        return InfillResult(text=text, stop_reason=self.stop_reason, alternatives=tuple(others))


async def filled(text: str, holes: tuple[Hole, ...], filler: Any) -> list[str]:
    """The text as each candidate would have it."""
    found = await filling(text, filler).of(holes)
    assert found.silence is None
    return [applied(text, candidate) for candidate in found.candidates]


async def silence(text: str, hole: Hole, filler: Any) -> SilenceReason | None:
    return (await filling(text, filler).of((hole,))).silence


def filling(text: str, filler: Any) -> Filling:
    return Filling(
        snapshot=replace(EMPTY, text=text),
        wanted=Wanted(candidates=3, budget_ms=3000),
        filler=filler,
    )


def applied(text: str, candidate: Candidate) -> str:
    for one in reversed(candidate.replacements):
        text = text[: one.start] + one.text + text[one.end :]
    return text


async def test_a_selection_is_replaced_and_the_model_sees_what_is_around_it() -> None:
    text = "def f(x):\n    return x + 1\n\nf(2)\n"
    says = Says("return x * 2")
    start, end = text.index("return"), text.index("\n\nf")
    assert await filled(text, (of_selection(text, start - 4, end + 1),), says) == [
        "def f(x):\n    return x * 2\n\nf(2)\n"
    ]
    (request,) = says.requests
    assert (request.left, request.right) == ("def f(x):\n    ", "\n\nf(2)\n")
    assert (request.budget_ms, request.candidates) == (3000, 3)


async def test_a_selection_may_be_filled_with_what_leads_further_out_but_not_out_of_all() -> None:
    text = "def f(x):\n    for y in x:\n        if y:\n            old()\n"
    says = Says("            return y\n        z = y\n    return x\n\n\ndef g(x):\n    return x\n")
    start = text.index("            old")
    assert await filled(text, (of_selection(text, start, len(text)),), says) == [
        text[:start] + "            return y\n        z = y\n    return x\n"
    ]


async def test_an_empty_body_is_written_on_lines_of_its_own_in_the_files_line_ends() -> None:
    text = "def f(x): ...\r\n"
    hole = of_body(EMPTY.at(text, text.index("...")))
    assert hole is not None
    says = Says("y = x\n    return y")
    assert await filled(text, (hole,), says) == ["def f(x):\r\n    y = x\r\n    return y\r\n"]
    assert says.requests[0].left == "def f(x):\n    "
    braces = replace(EMPTY.at("void f() {}\n", 10), language="c")
    hole = of_body(braces)
    assert hole is not None
    found = await replace(filling("", Says("g();")), snapshot=braces).of((hole,))
    assert found.silence is None
    assert applied(braces.text, found.candidates[0]) == "void f() {\n    g();\n}\n"


async def test_holes_are_filled_from_the_top_down_each_with_those_above_filled() -> None:
    text = "a = ???\nb = ???\n"
    says = Says("11", ("22", "333"))
    assert await filled(text, of_marks(text, "???", PYTHON), says) == [
        "a = 11\nb = 22\n",
        "a = 11\nb = 333\n",
    ]
    assert [request.left for request in says.requests] == ["a = ", "a = 11\nb = "]
    assert [request.right for request in says.requests] == ["\nb = ???\n", "\n"]


async def test_a_hole_the_model_has_nothing_for_stays() -> None:
    text = "a = ???\nb = ???\n"
    assert await filled(text, of_marks(text, "???", PYTHON), Says("", "22")) == [
        "a = ???\nb = 22\n"
    ]


async def test_candidates_that_look_the_same_or_change_nothing_are_not_offered() -> None:
    text = "x = a + b\n"
    says = Says(("a + b", "a * b", "a * b ", "a - b"))
    hole = of_selection(text, 4, 9)
    assert await filled(text, (hole,), says) == ["x = a * b\n", "x = a - b\n"]


async def test_of_what_is_redone_the_rest_is_sent_to_be_kept() -> None:
    text = "x = a +\r\n  b\r\n"
    says = Says("a +\n  c")
    hole = Hole(start=4, end=12, redo=(11, 12))
    assert await filled(text, (hole,), says) == ["x = a +\r\n  c\r\n"]
    (request,) = says.requests
    assert request.rewrite == Rewrite(text="a +\n  b", redo=(Span(start=6, end=7),))


async def test_what_lost_the_text_behind_a_part_to_redo_is_not_offered() -> None:
    text = "x = a +\r\n  b\r\n"
    hole = Hole(start=4, end=12, redo=(4, 5))
    says = Says(("c", "c +", "c +\n  b"))
    assert await filled(text, (hole,), says) == ["x = c +\r\n  b\r\n"]
    assert (await filling(text, Says("c")).of((hole,))).silence is SilenceReason.LOSES_REST


async def test_nothing_to_fill_and_nothing_found_are_said_apart() -> None:
    assert (await filling("", Says("1")).of(())).silence is SilenceReason.NO_HOLE
    assert (await filling("", Says("")).of((Hole(start=0, end=0),))).silence is SilenceReason.EMPTY
    text = "x = a\n"
    assert (
        await filling(text, Says("a")).of((of_selection(text, 4, 5),))
    ).silence is SilenceReason.SAME


async def test_a_fill_that_ran_out_of_time_says_so() -> None:
    for text in ("", ")"):
        late = Says(text, stop_reason=StopReason.BUDGET)
        assert (await filling("", late).of((Hole(start=0, end=0),))).silence is SilenceReason.BUDGET
    text = "x = a +\n  b\n"
    late = Says("c", stop_reason=StopReason.BUDGET)
    hole = Hole(start=4, end=11, redo=(4, 5))
    assert (await filling(text, late).of((hole,))).silence is SilenceReason.BUDGET


async def test_what_breaks_the_syntax_in_a_fill_is_said_to() -> None:
    text = "def f(x):\n    \n    return x\n"
    hole = Hole(start=14, end=14)
    assert (await filling(text, Says("x = = 3")).of((hole,))).silence is SilenceReason.SYNTAX


async def labels(*blocks: str) -> list[str]:
    """How each of several blocks is called in a list."""
    text = "def f(x):\n    old()\n"
    found = await filling(text, Says(tuple(blocks))).of((of_selection(text, 14, 19),))
    return [one.label for one in found.candidates]


async def test_a_label_is_the_first_line_that_says_something() -> None:
    assert await labels("return x") == ["return x"]
    assert await labels("a()\n    b()\n\n    c()") == ["a() (+2 lines)"]


async def test_candidates_that_begin_alike_are_told_apart_by_where_they_differ() -> None:
    assert await labels("y = x\n    return y", "y = x\n    return x") == [
        "… return y (+1 lines)",
        "… return x (+1 lines)",
    ]


async def test_candidates_that_begin_like_a_better_one_come_last() -> None:
    assert await labels("y = x\n    return y", "y = x\n    return x", "return x") == [
        "… return y (+1 lines)",
        "return x",
        "… return x (+1 lines)",
    ]


@given(
    text=st.text(alphabet="ab =:\n\r\t'#(){}é🌍", max_size=40),
    cuts=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    block=st.text(alphabet="ab =:\n'(){}🌍", max_size=20),
)
async def test_whatever_is_filled_all_outside_the_hole_stays(
    text: str, cuts: tuple[int, int], block: str
) -> None:
    start, end = sorted(min(cut, len(text)) for cut in cuts)
    hole = of_selection(text, start, end)
    found = await filling(text, Says(block)).of((hole,))
    for candidate in found.candidates:
        after = applied(text, candidate)
        assert after.startswith(text[: hole.start])
        assert after.endswith(text[hole.end :])
        (one,) = candidate.replacements
        assert (one.start, one.end) == (hole.start, hole.end)
