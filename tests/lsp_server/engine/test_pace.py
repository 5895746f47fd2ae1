"""What is said of an engine whose answers do not come in time."""

import pytest

from unmask_lsp.engine.pace import SLOW_AFTER, PaceMeter
from unmask_lsp.engine.status import State
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason

REQUEST = InfillRequest(left="a", right="", budget_ms=300)


def late(unread: int, expected_ms: float, text: str = "") -> InfillResult:
    return InfillResult(
        text=text,
        stop_reason=StopReason.BUDGET,
        unread=unread,
        expected_ms=expected_ms,
        ms={"context": 250.0, "total": 300.0},
    )


def noted(*results: InfillResult) -> PaceMeter:
    meter = PaceMeter()
    for result in results:
        meter.note(REQUEST, result)
    return meter


def test_while_the_context_is_read_it_is_reading_however_often_it_is_asked() -> None:
    assert noted(*[late(500, 60.0)] * (2 * SLOW_AFTER)).state is State.READING


def test_where_one_pass_takes_longer_than_the_budget_it_is_slow_at_once() -> None:
    meter = noted(late(500, 700.0))
    assert meter.state is State.SLOW
    assert meter.pace is not None
    assert meter.pace.expected_ms == pytest.approx(700.0)


def test_an_answer_that_was_cut_is_an_answer() -> None:
    assert noted(late(0, 0.0, text="x =")).state is State.READY


def test_after_an_answer_in_time_it_is_ready_again() -> None:
    done = InfillResult(text="x", stop_reason=StopReason.END, ms={"total": 90.0})
    assert noted(late(500, 60.0), done).state is State.READY


def test_an_answer_that_was_overtaken_says_nothing_of_the_machine() -> None:
    overtaken = InfillResult(text="", stop_reason=StopReason.SUPERSEDED, ms={"total": 5.0})
    late_ones = [late(0, 0.0)] * SLOW_AFTER
    meter = noted(*late_ones, overtaken)
    assert meter.state is State.SLOW
    assert meter.pace == noted(*late_ones).pace
