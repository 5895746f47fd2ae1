"""A clear "busy" instead of an answer that comes too late."""

from dataclasses import replace

import pytest

from unmask_model.engine.engine import Engine
from unmask_model.protocol.errors import EngineBusy
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason

LONG = InfillRequest(left="long = [", right="\n")


def fill_up(engine: Engine, documents: int) -> list[object]:
    ends: list[object] = []
    for name in range(documents):
        engine.submit(replace(LONG, document=str(name)), ends.append)
    return ends


@pytest.mark.fault(
    "more requests than time",
    "nothing this once; over HTTP 429 and `Retry-After`",
)
def test_a_request_that_would_be_late_among_the_others_is_told_so(slow_engine: Engine) -> None:
    fill_up(slow_engine, 4)
    with pytest.raises(EngineBusy, match="4 requests in work"):
        slow_engine.submit(replace(LONG, budget_ms=150), lambda event: None)


def test_the_same_request_is_answered_by_an_idle_engine(slow_engine: Engine) -> None:
    *_, result = slow_engine.fill(replace(LONG, budget_ms=150))
    assert isinstance(result, InfillResult)
    assert result.text


def test_a_request_that_nobody_could_answer_in_time_is_not_called_busy(slow_engine: Engine) -> None:
    fill_up(slow_engine, 4)
    ends: list[object] = []
    slow_engine.submit(replace(LONG, budget_ms=20), ends.append)
    while not ends:
        slow_engine.step()
    (result,) = ends
    assert isinstance(result, InfillResult)
    assert result.stop_reason is StopReason.BUDGET


def test_a_request_with_time_is_admitted(slow_engine: Engine) -> None:
    fill_up(slow_engine, 4)
    slow_engine.submit(replace(LONG, budget_ms=60_000), lambda event: None)
    slow_engine.submit(LONG, lambda event: None)
    assert slow_engine.requests == 6


def test_who_is_let_in_keeps_the_deadline(slow_engine: Engine) -> None:
    let_in: list[object] = []
    for name in range(8):
        request = replace(LONG, document=str(name), budget_ms=900)
        try:
            slow_engine.submit(request, let_in.append)
        except EngineBusy:
            break
    while slow_engine.busy:
        slow_engine.step()
    results = [event for event in let_in if isinstance(event, InfillResult)]
    assert len(results) >= 2
    assert all(result.ms["total"] <= 900 for result in results)
