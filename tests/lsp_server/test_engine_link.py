"""A crashed, absent or still loading engine costs a suggestion, never the session."""

import asyncio
from typing import Any

import pytest

from unmask_lsp import engine_link
from unmask_lsp.engine_link import EngineLink
from unmask_model.errors import EngineClosed, ModelNotFound
from unmask_model.request import InfillRequest

REQUEST = InfillRequest(left="x = ", right="\n")


class Offer:
    def __init__(self, fetched: bool) -> None:
        self.fetched = fetched
        self.made: list[str] = []

    async def __call__(self, model: str) -> bool:
        self.made.append(model)
        return self.fetched


def link_to(engine: Any, editor: Any, offer: Offer | None = None) -> EngineLink:
    return EngineLink("small", engine.connect, offer or Offer(False), editor)


async def test_an_engine_is_started_once_for_all_requests(engine: Any, editor: Any) -> None:
    link = link_to(engine, editor)
    results = await asyncio.gather(link.fill(REQUEST), link.fill(REQUEST))
    assert [result.text for result in results] == ["42", "42"]
    assert engine.starts == 1
    assert editor.reported == ["loading small"]


async def test_the_request_after_a_crash_is_answered(engine: Any, editor: Any) -> None:
    engine.fails = [EngineClosed("it went away")]
    link = link_to(engine, editor)
    with pytest.raises(EngineClosed):
        await link.fill(REQUEST)
    assert (await link.fill(REQUEST)).text == "42"
    assert (engine.starts, engine.closed) == (2, 1)


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
    engine.refuses = [ModelNotFound("no weights")]
    offer = Offer(True)
    link = link_to(engine, editor, offer)
    with pytest.raises(ModelNotFound):
        await link.fill(REQUEST)
    assert (await link.fill(REQUEST)).text == "42"
    assert offer.made == ["small"]


async def test_declined_weights_are_not_offered_again(engine: Any, editor: Any) -> None:
    engine.refuses = [ModelNotFound("no weights"), ModelNotFound("no weights")]
    offer = Offer(False)
    link = link_to(engine, editor, offer)
    for _ in range(4):
        with pytest.raises(ModelNotFound):
            await link.fill(REQUEST)
        await asyncio.sleep(0)
    assert offer.made == ["small"]


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
    with pytest.raises(EngineClosed, match="let go"):
        await waiting
    assert (await link.fill(REQUEST)).text == "42"


async def test_closing_leaves_a_question_open_and_its_answer_starts_nothing(
    engine: Any, editor: Any
) -> None:
    engine.refuses = [ModelNotFound("no weights")]
    answered = asyncio.Event()

    async def offer(model: str) -> bool:
        await answered.wait()
        return True

    link = EngineLink("small", engine.connect, offer, editor)
    with pytest.raises(ModelNotFound):
        await link.fill(REQUEST)
    await link.close()
    answered.set()
    await asyncio.sleep(0.01)
    assert engine.starts == 1
