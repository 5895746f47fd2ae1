"""Blocks that break the syntax go back to the engine, from where it was unsure."""

from dataclasses import replace

import pytest
from answers import Answers, answer

from unmask_lsp.context.window import ContextWindow, window
from unmask_lsp.suggest.repair import ATTEMPTS, repair
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.request import (
    InfillRequest,
    InfillResult,
    Rewrite,
    Span,
    StopReason,
)

LEFT = "def f(x):\n    "
REQUEST = InfillRequest(left=LEFT, right="\n", budget_ms=300)


BROKEN = answer(("x", 0.9), (" =", 0.6), (" =", 0.4), (" 3", 0.8), ("\n", 0.9))
MENDED = answer(("x", 0.9), (" =", 0.6), (" 3", 0.7), (" + 1", 0.5), kept=2)
UNFINISHED = answer(("return", 0.9), (" (", 0.4), ("x", 0.8), (" +", 0.6))


def view(left: str = LEFT, right: str = "\n", language: str = "python") -> ContextWindow:
    return window(
        Snapshot(
            uri="file:///m",
            version=1,
            language=language,
            text=left + right,
            cursor=len(left),
            line=1,
            line_start=0,
        )
    )


def final(left: str = LEFT, right: str = "\n", language: str = "python") -> ContextWindow:
    """A hole that was asked to be filled."""
    return replace(view(left, right, language), final=True)


async def test_what_fits_costs_no_request() -> None:
    filler = Answers([])
    good = answer(("return x", 0.2), ("\n", 0.9))
    assert await repair(good, REQUEST, view(), filler) is good
    comment = view(LEFT + "# it is (", "\n")
    assert await repair(BROKEN, REQUEST, comment, filler) is BROKEN
    assert await repair(BROKEN, REQUEST, view(language="plaintext"), filler) is BROKEN


async def test_a_broken_block_is_redone_from_its_least_sure_token_on() -> None:
    filler = Answers([MENDED])
    mended = await repair(BROKEN, REQUEST, view(), filler)
    (request,) = filler.requests
    assert request.rewrite == Rewrite(text=BROKEN.text, redo=(Span(start=3, end=8),))
    assert (request.left, request.right) == (REQUEST.left, REQUEST.right)
    assert mended.text == "x = 3 + 1"


@pytest.mark.parametrize(
    ("language", "left", "block", "right"),
    [
        ("python", LEFT, "return (x +", "\n"),
        ("python", LEFT, "y = ", "\n    return y\n"),
        ("python", LEFT, "if x:\n        y = x.", "\n    return y\n"),
        ("c", "int f(int a) {\n  ", "for (int i = 0; i < a; i++) {", "\n  return 1;\n}\n"),
        ("c", "int f(int a) {\n  ", "int x = g(", "\n  return 1;\n}\n"),
        ("go", "func f(a int) int {\n\t", "if a > 0 {", "\n\treturn 1\n}\n"),
        ("rust", "fn f(a: i32) -> i32 {\n    ", "let x = a +", "\n    x\n}\n"),
        ("javascript", "function f(a) {\n  ", "const x = a.map((y) =>", "\n  return x;\n}\n"),
        ("lua", "local function f(a)\n  ", "local x = ", "\n  return x\nend\n"),
    ],
)
async def test_a_block_that_ended_too_early_goes_on(
    language: str, left: str, block: str, right: str
) -> None:
    early, more = answer((block, 0.5)), answer((block, 0.5), (" and more", 0.5))
    filler = Answers([more] * ATTEMPTS)
    await repair(early, REQUEST, view(left, right, language), filler)
    end = len(block)
    assert filler.requests[0].rewrite == Rewrite(text=block, redo=(Span(start=end, end=end),))


async def test_where_going_on_is_of_no_use_the_block_is_redone() -> None:
    filler = Answers([answer(("return (x + +", 0.5)), answer(("return 1", 0.5))])
    mended = await repair(UNFINISHED, REQUEST, view(), filler)
    starts = [request.rewrite.redo[0].start for request in filler.requests if request.rewrite]
    assert starts == [len(UNFINISHED.text), len("return")]
    assert mended.text == "return 1"


async def test_what_came_to_its_limit_did_not_end_too_early() -> None:
    filler = Answers([answer(("return 1", 0.5))])
    cut = replace(UNFINISHED, stop_reason=StopReason.LINES)
    assert await repair(cut, REQUEST, view(), filler) is cut
    assert not filler.requests


async def test_an_empty_answer_is_asked_again_where_something_must_follow() -> None:
    filler = Answers([answer(("x + 1", 0.5))])
    mended = await repair(answer(), REQUEST, view(f"{LEFT}y = ", "\n    return y\n"), filler)
    assert filler.requests[0].rewrite == Rewrite(text="", redo=(Span(start=0, end=0),))
    assert mended.text == "x + 1"
    for left, right in ((LEFT, "\n"), ("f(", ")\n"), (f"{LEFT}# y = ", "\n"), (f"{LEFT}'", "\n")):
        assert (await repair(answer(), REQUEST, view(left, right), Answers([]))).text == ""


OPENER = answer(("if", 0.9), (" x", 0.2), (":", 0.9))


async def test_a_hole_that_is_final_gets_no_line_that_waits_for_a_body() -> None:
    """A single line: there is no room for the body, so it begins with another token."""
    cut, one_line = replace(OPENER, stop_reason=StopReason.LINES), replace(REQUEST, max_lines=1)
    filler = Answers([answer(("return x", 0.5))])
    mended = await repair(cut, one_line, final(right="\n    y\n"), filler)
    assert filler.requests[0].rewrite == Rewrite(text="if x:", redo=(Span(start=0, end=5),))
    assert mended.text == "return x"


async def test_where_there_is_room_a_final_hole_gets_the_body() -> None:
    filler = Answers([answer(("if", 0.9), (" x", 0.2), (":", 0.9), ("\n        return x", 0.7))])
    mended = await repair(OPENER, REQUEST, final(right="\n    y\n"), filler)
    assert filler.requests[0].rewrite == Rewrite(text="if x:", redo=(Span(start=5, end=5),))
    assert mended.text == "if x:\n        return x"


@pytest.mark.parametrize(
    "there",
    [
        view(right="\n    y\n"),  # the body is typed next
        final(right="\n        return x\n    y\n"),  # it is there
        final("function f(x) {\n    ", "\n    y\n}\n", "javascript"),  # no body is missing there
    ],
)
async def test_a_line_that_opens_a_body_is_good_elsewhere(there: ContextWindow) -> None:
    block = OPENER if there.language.id == "python" else answer(("label:", 0.9))
    cut = replace(block, stop_reason=StopReason.LINES)
    assert await repair(cut, REQUEST, there, Answers([])) is cut


async def test_an_answer_of_another_server_is_never_sent_back() -> None:
    """It cannot be told what to keep, and each question may cost money."""
    for elsewhere in (replace(answer(), forwards=0), replace(UNFINISHED, forwards=0)):
        window_of_it = view(f"{LEFT}y = ", "\n")
        assert await repair(elsewhere, REQUEST, window_of_it, Answers([])) is elsewhere


async def test_only_the_time_that_is_left_is_used() -> None:
    filler = Answers([replace(MENDED, text="x = = 4")] * 2)
    await repair(BROKEN, REQUEST, view(), filler)
    assert [request.budget_ms for request in filler.requests] == [200, 100]
    for spent in (replace(BROKEN, ms={"total": 290}), replace(BROKEN, ms={"total": 400})):
        assert await repair(spent, REQUEST, view(), Answers([])) is spent
    late = replace(BROKEN, stop_reason=StopReason.BUDGET)
    assert await repair(late, REQUEST, view(), Answers([])) is late


async def test_without_a_deadline_none_is_set() -> None:
    filler = Answers([MENDED])
    await repair(replace(BROKEN, ms={"total": 9999}), replace(REQUEST, budget_ms=0), view(), filler)
    assert filler.requests[0].budget_ms == 0


async def test_what_stayed_is_as_sure_as_before_and_all_costs_are_added() -> None:
    mended = await repair(BROKEN, REQUEST, view(), Answers([MENDED]))
    assert [token.probability for token in mended.confidence] == [0.9, 0.6, 0.7, 0.5]
    assert (mended.steps, mended.forwards) == (4, 6)
    assert mended.ms == {"denoise": 200, "total": 200}


async def test_what_does_not_get_better_is_left_as_it_was_and_tried_elsewhere_once() -> None:
    filler = Answers([replace(BROKEN, text="x = = 4\n"), replace(BROKEN, text="")])
    left = await repair(BROKEN, REQUEST, view(), filler)
    assert (left.text, left.confidence) == (BROKEN.text, BROKEN.confidence)
    assert left.forwards == 9
    starts = [request.rewrite.redo[0].start for request in filler.requests if request.rewrite]
    assert len(filler.requests) == ATTEMPTS
    assert starts == [3, 1]


async def test_more_whole_lines_are_better_than_fewer() -> None:
    first = answer(("y = x", 0.9), ("\n    ", 0.9), ("z = = 3", 0.1), ("\n", 0.9))
    longer = answer(
        ("y = x", 0.9), ("\n    ", 0.9), ("z = y", 0.5), ("\n    ", 0.9), ("w = = 3", 0.6), kept=2
    )
    filler = Answers([longer, replace(longer, text="y = x\n    z = y\n    return z")])
    mended = await repair(first, REQUEST, view(), filler)
    assert mended.text == "y = x\n    z = y\n    return z"
    starts = [request.rewrite.redo[0].start for request in filler.requests if request.rewrite]
    assert starts == [len("y = x\n    "), len("y = x\n    z = y\n    ")]


async def test_other_candidates_stay_beside_a_mended_one() -> None:
    several = replace(BROKEN, alternatives=("return 1",))
    filler = Answers([MENDED])
    mended = await repair(several, replace(REQUEST, candidates=3), view(), filler)
    assert mended.alternatives == ("return 1",)
    assert filler.requests[0].candidates == 1


@pytest.mark.parametrize("broken", [answer(), replace(BROKEN, confidence=())])
async def test_an_answer_that_says_nothing_of_itself_is_left_alone(broken: InfillResult) -> None:
    assert await repair(broken, REQUEST, view(), Answers([])) is broken


GOOD = [
    ("python", "def f(x):\n    ", "y = x + 1", "\n    return y\n\n\ndef g(z):\n    return z\n"),
    ("python", "def f(x):\n    y = f(", "x)", "\n    return y\n\n\ndef g(z):\n    return z\n"),
    (
        "javascript",
        "function f(a) {\n  ",
        "g(a);",
        "\n  return a;\n}\n\nfunction g(b) {\n  b();\n}\n",
    ),
    ("typescript", "class A {\n  f(): B {\n    ", "g();", "\n    return b;\n  }\n}\n\nf();\n"),
    ("go", "func f(a int) int {\n\t", "b := a", "\n\treturn b\n}\n\nfunc g() {\n\tf(1)\n}\n"),
    ("rust", "fn f(a: u8) -> u8 {\n    let b = ", "a;", "\n    b\n}\n\nfn g() {\n    f(1);\n}\n"),
    (
        "c",
        "int f(int a) {\n  ",
        "a += 1;",
        "\n  return a;\n}\n\nint g(void) {\n  return f(1);\n}\n",
    ),
    ("lua", "local function f(a)\n  ", "a = a + 1", "\n  return a\nend\n\nprint(f(1))\n"),
]


@pytest.mark.parametrize("broken", ["x = = 3", "foo(bar,", "return ) y", "value."])
@pytest.mark.parametrize("distance", [1, 3], ids=["next line", "further down"])
@pytest.mark.parametrize(("language", "left", "block", "right"), GOOD)
async def test_a_good_block_does_not_go_back_for_what_is_broken_elsewhere(
    language: str, left: str, block: str, right: str, distance: int, broken: str
) -> None:
    lines = right.split("\n")
    white = lines[1][: len(lines[1]) - len(lines[1].lstrip())]
    there = view(left, "\n".join([*lines[:distance], white + broken, *lines[distance:]]), language)
    good = answer((block, 0.5))
    assert await repair(good, REQUEST, there, Answers([])) is good


@pytest.mark.parametrize("broken", ["x = = 3", "return ) y"])
async def test_what_is_broken_itself_goes_back_whatever_is_broken_elsewhere(broken: str) -> None:
    for left, block in ((LEFT, "y = = 3"), (f"{LEFT}y = ", "x +")):
        filler = Answers([answer(("x", 0.5))] * ATTEMPTS)
        there = view(left, f"\n    {broken}\n    return y\n")
        await repair(answer((block, 0.5)), REQUEST, there, filler)
        assert filler.requests
