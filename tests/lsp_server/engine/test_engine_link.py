"""A crashed, absent or still loading engine costs a suggestion, never the session."""

import asyncio
from typing import Any

import pytest

from unmask_lsp.engine import engine_link
from unmask_lsp.engine.engine_link import EngineLink
from unmask_lsp.engine.status import State
from unmask_model.protocol.errors import (
    EngineAbsent,
    EngineClosed,
    EngineLetGo,
    UnmaskError,
    WeightsAbsent,
)
from unmask_model.protocol.request import InfillRequest

REQUEST = InfillRequest(left="x = ", right="\n")


class Weights:
    def __init__(self, fetched: bool) -> None:
        self.fetched = fetched
        self.offered: list[str] = []
        self.answered = asyncio.Event()
        self.answered.set()

    def are_here(self, model: str) -> bool:
        return self.fetched

    async def offer(self, model: str) -> bool:
        self.offered.append(model)
        await self.answered.wait()
        return self.fetched

    async def fetch(self, model: str) -> bool:
        return self.fetched


def link_to(engine: Any, editor: Any, weights: Weights | None = None) -> EngineLink:
    return EngineLink("small", engine.connect, engine.end, weights or Weights(False), editor)


async def test_an_engine_is_started_once_for_all_requests(engine: Any, editor: Any) -> None:
    link = link_to(engine, editor)
    results = await asyncio.gather(link.fill(REQUEST), link.fill(REQUEST))
    assert [result.text for result in results] == ["42", "42"]
    assert engine.starts == 1
    assert {*editor.reported} == {"loading small"}


async def test_the_request_after_a_crash_is_answered(engine: Any, editor: Any) -> None:
    engine.fails = [EngineClosed("it went away")]
    link = link_to(engine, editor)
    with pytest.raises(EngineClosed):
        await link.fill(REQUEST)
    assert (await link.fill(REQUEST)).text == "42"
    assert (engine.starts, engine.closed) == (2, 1)


async def test_an_engine_that_ended_while_nobody_typed_costs_nothing(
    engine: Any, editor: Any
) -> None:
    engine.fails = [EngineAbsent("nobody listens")]
    link = link_to(engine, editor)
    assert (await link.fill(REQUEST)).text == "42"
    assert engine.starts == 2


async def test_an_engine_that_ended_costs_none_of_several_requests(
    engine: Any, editor: Any
) -> None:
    engine.fails = [EngineAbsent("nobody listens"), EngineAbsent("nobody listens")]
    link = link_to(engine, editor)
    results = await asyncio.gather(link.fill(REQUEST), link.fill(REQUEST))
    assert [result.text for result in results] == ["42", "42"]


async def test_a_request_whose_engine_was_let_go_says_so(engine: Any, editor: Any) -> None:
    engine.answers.clear()
    engine.fails = [EngineClosed("it went away")]
    link = link_to(engine, editor)
    request = asyncio.create_task(link.fill(REQUEST))
    while not engine.requests:
        await asyncio.sleep(0)
    await link.close()
    engine.answers.set()
    with pytest.raises(EngineLetGo):
        await request
    assert "problem" not in editor.states


async def test_an_engine_that_is_never_there_is_not_asked_for_ever(
    engine: Any, editor: Any
) -> None:
    engine.fails = [EngineAbsent("nobody listens") for _ in range(9)]
    with pytest.raises(EngineAbsent):
        await link_to(engine, editor).fill(REQUEST)
    assert engine.starts == 2


async def test_an_answer_without_a_result_is_a_crash(engine: Any, editor: Any) -> None:
    async def cut(request: InfillRequest) -> Any:
        return
        yield

    engine.fill = cut
    with pytest.raises(EngineClosed, match="in the middle"):
        await link_to(engine, editor).fill(REQUEST)


async def test_one_crash_counts_once_however_many_requests_saw_it(engine: Any, editor: Any) -> None:
    engine.fails = [EngineClosed("a"), EngineClosed("b")]
    link = link_to(engine, editor)
    await asyncio.gather(link.fill(REQUEST), link.fill(REQUEST), return_exceptions=True)
    assert (await link.fill(REQUEST)).text == "42"
    assert engine.starts == 2


async def test_an_engine_that_does_not_start_is_tried_later_and_later(
    engine: Any, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(engine_link, "monotonic", lambda: now[0])
    engine.refuses = [EngineClosed("no memory") for _ in range(20)]
    link = link_to(engine, editor)
    pauses = []
    for _ in range(9):
        starts, before = engine.starts, now[0]
        while engine.starts == starts:
            with pytest.raises(EngineClosed, match="no memory"):
                await link.fill(REQUEST)
            now[0] += 0.5
        pauses.append(now[0] - 0.5 - before)
    assert pauses[1] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] <= engine_link.LONGEST_PAUSE_S


async def test_cancelling_a_request_does_not_stop_an_engine_that_is_starting(
    engine: Any, editor: Any
) -> None:
    link = link_to(engine, editor)
    request = asyncio.create_task(link.fill(REQUEST))
    await asyncio.sleep(0)
    request.cancel()
    assert (await link.fill(REQUEST)).text == "42"
    assert engine.starts == 1


async def test_cancelling_a_request_stops_its_work(engine: Any, editor: Any) -> None:
    engine.answers.clear()
    request = asyncio.create_task(link_to(engine, editor).fill(REQUEST))
    while not engine.requests:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert engine.cancelled == 1


async def test_absent_weights_are_offered_and_the_engine_starts_when_they_are_here(
    engine: Any, editor: Any
) -> None:
    engine.refuses = [WeightsAbsent("no weights")]
    weights = Weights(True)
    link = link_to(engine, editor, weights)
    with pytest.raises(WeightsAbsent):
        await link.fill(REQUEST)
    assert (await link.fill(REQUEST)).text == "42"
    assert weights.offered == ["small"]


async def test_declined_weights_are_not_offered_again(engine: Any, editor: Any) -> None:
    engine.refuses = [WeightsAbsent("no weights"), WeightsAbsent("no weights")]
    weights = Weights(False)
    link = link_to(engine, editor, weights)
    for _ in range(4):
        with pytest.raises(WeightsAbsent):
            await link.fill(REQUEST)
        await asyncio.sleep(0)
    assert weights.offered == ["small"]


async def test_warming_starts_the_engine_without_a_request(engine: Any, editor: Any) -> None:
    link = link_to(engine, editor)
    link.warm()
    link.warm()
    await link.fill(REQUEST)
    assert engine.starts == 1


async def test_a_closed_link_lets_go_and_can_be_used_again(engine: Any, editor: Any) -> None:
    link = link_to(engine, editor)
    await link.close()
    await link.fill(REQUEST)
    await link.close()
    assert engine.closed == 1
    await link.fill(REQUEST)
    assert engine.starts == 2


async def test_an_unexpected_failure_to_start_is_not_for_ever(engine: Any, editor: Any) -> None:
    engine.refuses = [OSError("no socket")]
    link = link_to(engine, editor)
    with pytest.raises(OSError, match="no socket"):
        await link.fill(REQUEST)
    assert (await link.fill(REQUEST)).text == "42"


async def test_closing_while_the_engine_starts_ends_the_requests_that_wait_for_it(
    engine: Any, editor: Any
) -> None:
    """They were not cancelled by anybody: a client must not be told that it cancelled."""
    link = link_to(engine, editor)
    waiting = asyncio.create_task(link.fill(REQUEST))
    await asyncio.sleep(0)
    await link.close()
    with pytest.raises(EngineLetGo, match="let go"):
        await waiting
    assert (await link.fill(REQUEST)).text == "42"


async def test_closing_leaves_a_question_open_and_its_answer_starts_nothing(
    engine: Any, editor: Any
) -> None:
    engine.refuses = [WeightsAbsent("no weights")]
    weights = Weights(True)
    weights.answered.clear()
    link = link_to(engine, editor, weights)
    with pytest.raises(WeightsAbsent):
        await link.fill(REQUEST)
    await link.close()
    weights.answered.set()
    await asyncio.sleep(0.01)
    assert engine.starts == 1


async def test_the_sign_stays_calm_while_answers_come_soon(engine: Any, editor: Any) -> None:
    link = link_to(engine, editor)
    for _ in range(2):
        await link.fill(REQUEST)
    await asyncio.sleep(0)
    assert editor.states == ["ready"]
    assert {status.model for status in editor.statuses} == {"small"}


async def test_the_sign_says_busy_until_the_last_answer(
    engine: Any, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.engine.busy_delay.BUSY_AFTER_S", 0.0)
    engine.answers.clear()
    link = link_to(engine, editor)
    for _ in range(2):  # the status item is as good for what is awaited later
        answers = [asyncio.create_task(link.fill(REQUEST)) for _ in range(2)]
        while editor.states[-1:] != ["busy"]:
            await asyncio.sleep(0)
        engine.answers.set()
        await asyncio.gather(*answers)
        engine.answers.clear()
    assert editor.states == ["ready", "busy", "ready", "busy", "ready"]


async def test_the_sign_says_why_there_is_no_engine(engine: Any, editor: Any) -> None:
    engine.refuses = [EngineClosed("no memory"), WeightsAbsent("no weights")]
    link = link_to(engine, editor)
    for _ in range(2):
        with pytest.raises(UnmaskError):
            await link.fill(REQUEST)
    assert editor.states == ["problem", "needsDownload"]
    assert [status.message for status in editor.statuses] == ["no memory", ""]


async def test_a_closed_link_says_nothing_more(
    engine: Any, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.engine.busy_delay.BUSY_AFTER_S", 0.0)
    engine.answers.clear()
    link = link_to(engine, editor)
    request = asyncio.create_task(link.fill(REQUEST))
    while editor.states[-1:] != ["busy"]:
        await asyncio.sleep(0)
    await link.close()
    request.cancel()
    await asyncio.wait({request})
    assert editor.states == ["ready", "busy"]


async def test_an_ended_engine_is_started_again_by_the_next_request(
    engine: Any, editor: Any
) -> None:
    link = link_to(engine, editor)
    await link.fill(REQUEST)
    await link.end()
    assert engine.ended == ["small"]
    assert not link.is_used
    await link.fill(REQUEST)
    assert engine.starts == 2


async def test_fetched_weights_are_tried_at_once(engine: Any, editor: Any) -> None:
    engine.refuses = [WeightsAbsent("no weights"), WeightsAbsent("no weights")]
    link = link_to(engine, editor, Weights(False))
    for _ in range(2):
        with pytest.raises(WeightsAbsent):
            await link.fill(REQUEST)
    assert not await link.download()
    with pytest.raises(WeightsAbsent):  # too soon to try again
        await link.fill(REQUEST)
    link = link_to(engine, editor, Weights(True))
    assert await link.download()
    assert (await link.fill(REQUEST)).text == "42"


async def test_the_sign_says_where_text_is_sent_as_long_as_it_is(engine: Any, editor: Any) -> None:
    engine.sends_to = "api.example.org"
    await link_to(engine, editor).fill(REQUEST)
    after_loading = [one.message for one in editor.statuses if one.state is not State.LOADING]
    assert set(after_loading) == {"text around the cursor is sent to api.example.org"}
    assert editor.shown == ["Unmask: text around the cursor is sent to api.example.org"]


async def test_the_sign_says_nothing_of_the_kind_where_text_stays_here(
    engine: Any, editor: Any
) -> None:
    await link_to(engine, editor).fill(REQUEST)
    assert editor.shown == []
    assert not any("sent" in one.message for one in editor.statuses)
