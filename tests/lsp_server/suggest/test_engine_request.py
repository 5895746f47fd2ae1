"""From a hole to what may go there: when the engine is asked again, and what for."""

from dataclasses import replace
from itertools import repeat

import pytest
from answers import Answers, answer

from unmask_lsp.context.window import window
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.engine_request import Answer, Infill, Wanted
from unmask_lsp.suggest.repair import ATTEMPTS
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.request import (
    InfillRequest,
    InfillResult,
    StopReason,
)

LEFT, RIGHT = "def f(x):\n    ", "\n    return x\n"
START = Snapshot(
    uri="file:///m.py", version=1, language="python", text="", cursor=0, line=0, line_start=0
)


async def asked(
    *answers: InfillResult, eagerness: Eagerness = Eagerness.NORMAL, final: bool = False
) -> tuple[Answer, list[InfillRequest]]:
    """What comes of a hole in a function, and what the engine was asked.

    The last answer is given again and again.
    """
    snapshot = START.at(LEFT + RIGHT, len(LEFT))
    view = replace(window(snapshot), final=final)
    filler = Answers([*answers, *repeat(answers[-1], ATTEMPTS)])
    infill = Infill.of(snapshot, view, Wanted(eagerness=eagerness, max_lines=12))
    return await infill.answer(filler), filler.requests


BROKEN = answer(("y =", 0.9), (" =", 0.5), (" 3", 0.8))


async def test_what_can_be_shown_is_not_asked_for_again_while_somebody_types() -> None:
    """The second line is broken; the first one is as good as before."""
    half = answer(("y = x", 0.9), ("\n    ", 0.9), ("z = = 3", 0.5))
    found, requests = await asked(half)
    assert len(requests) == found.requests == 1
    assert found.outcome == Suggestion(text="y = x", start=len(LEFT), end=len(LEFT))


async def test_who_asked_by_a_key_gets_all_of_it_mended() -> None:
    half = answer(("y = x", 0.9), ("\n    ", 0.9), ("z = = 3", 0.5))
    whole = answer(("y = x", 0.9), ("\n    ", 0.9), ("z = 3", 0.5))
    found, requests = await asked(half, whole, eagerness=Eagerness.MANUAL)
    assert len(requests) == found.requests == 2
    assert isinstance(found.outcome, Suggestion)
    assert found.outcome.text == "y = x\n    z = 3"


async def test_what_breaks_the_syntax_goes_back_once_while_somebody_types() -> None:
    found, requests = await asked(BROKEN)
    assert len(requests) == found.requests == 2
    assert found.outcome is SilenceReason.SYNTAX
    found, requests = await asked(BROKEN, eagerness=Eagerness.MANUAL)
    assert len(requests) == found.requests == 3


async def test_what_would_be_too_unsure_however_it_went_on_does_not_go_back() -> None:
    """Another token can have no more than what the model did not give to the first one."""
    for sure in (0.7, 0.9, 1.0):
        broken = answer(("y =", 0.99), (" =", sure), (" 3", 1.0))
        found, requests = await asked(broken)
        assert (len(requests), found.outcome) == (1, SilenceReason.SYNTAX)
    unsure_before = answer(("y =", 0.3), (" =", 0.2), (" 3", 0.8))
    assert len((await asked(unsure_before, eagerness=Eagerness.QUIET))[1]) == 1


async def test_where_it_can_be_sure_enough_what_came_back_is_shown() -> None:
    found, requests = await asked(BROKEN, answer(("y =", 0.9), (" x", 0.5), (" + 1", 0.9)))
    assert len(requests) == 2
    assert isinstance(found.outcome, Suggestion)
    assert found.outcome.text == "y = x + 1"


async def test_who_was_overtaken_is_told_so_and_does_not_ask_again() -> None:
    overtaken = replace(answer(), stop_reason=StopReason.SUPERSEDED)
    for eagerness in (Eagerness.NORMAL, Eagerness.MANUAL):
        found, requests = await asked(overtaken, eagerness=eagerness)
        assert (len(requests), found.outcome) == (1, SilenceReason.SUPERSEDED)
        found, requests = await asked(BROKEN, overtaken, eagerness=eagerness)
        assert (len(requests), found.outcome) == (2, SilenceReason.SYNTAX)


@pytest.mark.parametrize("text", ["return x", "", "    \n"])
async def test_what_is_there_already_or_empty_does_not_go_back(text: str) -> None:
    found, requests = await asked(answer((text, 0.9)) if text else answer())
    assert len(requests) == 1
    assert isinstance(found.outcome, SilenceReason)


async def test_without_a_word_of_how_sure_the_model_is_nothing_is_ruled_out() -> None:
    silent = replace(BROKEN, confidence=())
    found, _ = await asked(silent)
    assert found.outcome is SilenceReason.SYNTAX


@pytest.mark.parametrize(
    ("turn", "times"), [("y = x", 6), ("y = x\n    z = y", 3), ("y = x\n\n    z = y\n", 4)]
)
async def test_of_statements_that_a_fill_repeats_one_turn_is_kept(turn: str, times: int) -> None:
    found, _ = await asked(
        answer(("\n    ".join([turn] * times), 0.9)), eagerness=Eagerness.MANUAL, final=True
    )
    assert isinstance(found.outcome, Suggestion)
    assert found.outcome.text == turn.rstrip()


async def test_what_comes_twice_is_no_loop() -> None:
    twice = "y = x\n    z = y\n    y = x\n    z = y"
    found, _ = await asked(answer((twice, 0.9)), eagerness=Eagerness.MANUAL, final=True)
    assert isinstance(found.outcome, Suggestion)
    assert found.outcome.text == twice
