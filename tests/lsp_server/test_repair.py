"""Blocks that break the syntax go back to the engine, from where it was unsure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import pytest

from unmask_lsp.context import ContextWindow, window
from unmask_lsp.documents import Snapshot
from unmask_lsp.repair import ATTEMPTS, repair
from unmask_model.request import (
    Confidence,
    DraftText,
    InfillRequest,
    InfillResult,
    Span,
    StopReason,
)

LEFT = "def f(x):\n    "
REQUEST = InfillRequest(left=LEFT, right="\n", budget_ms=300)


def answer(*tokens: tuple[str, float], ms: float = 100, kept: int = 0) -> InfillResult:
    """An answer of tokens and how sure each was; the first `kept` came from a draft."""
    ends = list(accumulate((len(text) for text, _ in tokens), initial=0))
    sure = [1.0 if k < kept else probability for k, (_, probability) in enumerate(tokens)]
    spans = [Span(start=start, end=end) for start, end in pairwise(ends)]
    return InfillResult(
        text="".join(text for text, _ in tokens),
        stop_reason=StopReason.END,
        steps=2,
        forwards=3,
        ms={"denoise": ms, "total": ms},
        confidence=tuple(
            Confidence(span=span, probability=each) for span, each in zip(spans, sure, strict=True)
        ),
    )


BROKEN = answer(("return", 0.9), (" (", 0.4), ("x", 0.8), (" +", 0.6), ("\n", 0.9))
MENDED = answer(("return", 0.9), (" x", 0.7), (" + 1", 0.5), kept=1)


class Answers:
    def __init__(self, answers: Sequence[InfillResult]) -> None:
        self.answers = list(answers)
        self.requests: list[InfillRequest] = []

    async def fill(self, request: InfillRequest) -> InfillResult:
        self.requests.append(request)
        return self.answers.pop(0)


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
    assert request.draft == DraftText(text=BROKEN.text, redo=(Span(start=6, end=12),))
    assert (request.left, request.right) == (REQUEST.left, REQUEST.right)
    assert mended.text == "return x + 1"


async def test_only_the_time_that_is_left_is_used() -> None:
    filler = Answers([replace(MENDED, text="return (x +")] * 2)
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
    assert [token.probability for token in mended.confidence] == [0.9, 0.7, 0.5]
    assert (mended.steps, mended.forwards) == (4, 6)
    assert mended.ms == {"denoise": 200, "total": 200}


async def test_what_does_not_get_better_is_left_as_it_was_and_tried_elsewhere_once() -> None:
    filler = Answers([replace(BROKEN, text="return [x +\n"), replace(BROKEN, text="")])
    left = await repair(BROKEN, REQUEST, view(), filler)
    assert (left.text, left.confidence) == (BROKEN.text, BROKEN.confidence)
    assert left.forwards == 9
    starts = [request.draft.redo[0].start for request in filler.requests if request.draft]
    assert len(filler.requests) == ATTEMPTS
    assert starts == [6, 9]


async def test_more_whole_lines_are_better_than_fewer() -> None:
    first = answer(("y = x", 0.9), ("\n    ", 0.9), ("return (", 0.1), ("\n", 0.9))
    longer = answer(
        ("y = x", 0.9), ("\n    ", 0.9), ("z = y", 0.5), ("\n    ", 0.9), ("return (", 0.6), kept=2
    )
    filler = Answers([longer, replace(longer, text="y = x\n    z = y\n    return z")])
    mended = await repair(first, REQUEST, view(), filler)
    assert mended.text == "y = x\n    z = y\n    return z"
    starts = [request.draft.redo[0].start for request in filler.requests if request.draft]
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
