"""The server and its client over a real Unix socket, in one process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import Message

from unmask_model.client.engine_client import EngineClient
from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.engine.worker import Worker
from unmask_model.families.denoiser import Pass
from unmask_model.families.scripted.script import Rule, Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import EngineAbsent, EngineBusy, EngineClosed, RequestInvalid
from unmask_model.protocol.health import State
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult, StopReason
from unmask_model.server.body import LARGEST_BODY
from unmask_model.server.rate_limit import RateLimits
from unmask_model.server.server import build
from unmask_model.transport.address import Address
from unmask_model.transport.listener import SocketListener
from unmask_model.weights.sources.progress import Progress

VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n", document="a")
LONG = InfillRequest(left="long = [", right="\n", document="a", sampler="autoregressive")


class Counting(Scripted):
    """Counts its passes."""

    passes = 0

    def logits(self, passes: list[Pass]) -> list:  # type: ignore[override,type-arg]
        self.passes += 1
        return super().logits(passes)


@pytest.fixture
def model(script: Script) -> Counting:
    return Counting(replace(script, pass_ms=5.0))


@pytest.fixture
def worker(model: Counting) -> Worker:
    return Worker(lambda progress: Engine(model, model="scripted"))


@pytest.fixture
def limits() -> RateLimits:
    return RateLimits()


@pytest.fixture
async def client(worker: Worker, limits: RateLimits, tmp_path: Path) -> AsyncIterator[EngineClient]:
    listener = SocketListener(path=tmp_path / "engine.sock")
    listening = listener.open()
    config = uvicorn.Config(build(worker, "scripted", limits=limits), log_config=None, ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    client = EngineClient(Address(socket=listener.path))
    yield client
    await client.aclose()
    server.should_exit = True
    await serving
    listener.close()


async def result_of(client: EngineClient, request: InfillRequest) -> InfillResult:
    *snapshots, result = [event async for event in client.fill(request)]
    assert all(isinstance(snapshot, BlockSnapshot) for snapshot in snapshots)
    assert isinstance(result, InfillResult)
    return result


async def until_idle(worker: Worker) -> None:
    while worker.busy:
        await asyncio.sleep(0.005)


async def test_an_answer_is_streamed_snapshot_by_snapshot(client: EngineClient) -> None:
    events = [event async for event in client.fill(VALUE)]
    assert len(events) > 1
    assert isinstance(events[-1], InfillResult)
    assert events[-1].text == "x + 1"


async def test_a_line_separator_in_an_answer_ends_no_event(
    client: EngineClient, model: Counting
) -> None:
    text = "'a\u2028b\u2029c\x85d'"
    model.script = Script(rules=(Rule(left_ends_with="value = ", answer=text),))
    assert (await result_of(client, VALUE)).text == text


@pytest.mark.parametrize("limits", [RateLimits(streams=0)])
async def test_a_client_refused_for_too_many_requests_hears_that_it_is_busy(
    client: EngineClient,
) -> None:
    with pytest.raises(EngineBusy, match="ask again in a moment"):
        await result_of(client, VALUE)


async def test_health_says_who_is_there(client: EngineClient) -> None:
    await result_of(client, VALUE)
    health = await client.health()
    assert (health.model, health.state) == ("scripted", State.READY)


async def test_many_answers_at_once_are_kept_apart(client: EngineClient) -> None:
    asked = [replace(VALUE, document=""), replace(LONG, document="", sampler="")] * 4
    results = await asyncio.gather(*(result_of(client, request) for request in asked))
    assert [result.text[:5] for result in results] == ["x + 1", "\n    "] * 4


@pytest.mark.fault(
    "a client vanishes in the middle of an answer",
    "nothing; the engine is free within a step",
)
async def test_closing_an_answer_takes_it_back_within_one_step(
    client: EngineClient, worker: Worker, model: Counting
) -> None:
    answer = client.fill(LONG)
    await anext(answer)
    await answer.aclose()
    await until_idle(worker)
    after = model.passes
    assert after < 30, "the whole block would have taken more"
    assert (await result_of(client, VALUE)).text == "x + 1"


async def test_cancelling_the_task_takes_its_answer_back(
    client: EngineClient, worker: Worker, model: Counting
) -> None:
    task = asyncio.create_task(result_of(client, LONG))
    while not model.passes:
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_idle(worker)
    assert model.passes < 30


async def test_connections_do_not_stay_open_after_a_storm(client: EngineClient) -> None:
    names = [f"{number}" for number in range(EngineOptions().requests)]
    await asyncio.gather(*(result_of(client, replace(VALUE, document=name)) for name in names))
    await result_of(client, VALUE)
    assert len(client._http._transport._pool.connections) <= 4  # type: ignore[attr-defined]


async def test_a_newer_request_ends_the_older_one_of_its_document(client: EngineClient) -> None:
    older = client.fill(LONG)
    await anext(older)
    newer = await result_of(client, VALUE)
    events = [event async for event in older]
    assert newer.text == "x + 1"
    assert isinstance(events[-1], InfillResult)
    assert events[-1].stop_reason is StopReason.SUPERSEDED


async def test_clients_that_name_a_document_alike_leave_each_other_alone(
    client: EngineClient,
) -> None:
    """Two containers have the same paths, and may have the same process ids."""
    other = EngineClient(client._address)
    older = client.fill(LONG)
    await anext(older)
    assert (await result_of(other, VALUE)).text == "x + 1"
    events = [event async for event in older]
    assert isinstance(events[-1], InfillResult)
    assert events[-1].stop_reason is not StopReason.SUPERSEDED
    await other.aclose()


async def test_an_engine_that_is_full_says_so_by_its_status_and_ends_nobody(
    worker: Worker, client: EngineClient
) -> None:
    names = [f"{number}" for number in range(EngineOptions().requests)]
    working = [client.fill(replace(LONG, document=name)) for name in names]
    for one in working:
        await anext(one)
    answer = await client._http.post("/v1/infill", json={"left": "", "right": "", "document": "x"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    with pytest.raises(EngineBusy):
        await result_of(client, replace(VALUE, document="y"))
    for one in working:
        assert isinstance(await anext(one), BlockSnapshot)
        await one.aclose()


async def test_a_newer_request_of_a_full_engine_takes_the_place_of_its_older_one(
    client: EngineClient,
) -> None:
    names = [f"{number}" for number in range(EngineOptions().requests)]
    working = [client.fill(replace(LONG, document=name)) for name in names]
    for one in working:
        await anext(one)
    assert (await result_of(client, replace(VALUE, document=names[0]))).text == "x + 1"
    for one in working:
        await one.aclose()


async def test_clients_that_leave_before_they_have_said_all_are_no_error(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/infill",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    for path in ("/v1/infill", "/v1/completions", "/infill"):
        await build(worker, "scripted")(scope | {"path": path}, receive, send)
    assert sent == ["http.response.start", "http.response.body"] * 3
    assert not caplog.records


async def test_a_request_that_makes_no_sense_is_refused_with_its_reason(
    client: EngineClient,
) -> None:
    with pytest.raises(RequestInvalid, match="no sampler is called 'best'"):
        await result_of(client, replace(VALUE, sampler="best"))


async def test_a_server_that_is_not_there_is_a_closed_engine(tmp_path: Path) -> None:
    client = EngineClient(Address(socket=tmp_path / "nobody.sock"))
    with pytest.raises(EngineClosed):
        await client.health()
    with pytest.raises(EngineAbsent):
        await result_of(client, VALUE)
    await client.aclose()


async def test_an_engine_that_breaks_in_the_middle_ends_that_answer_and_takes_the_next(
    client: EngineClient, model: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(passes: list[Pass]) -> None:
        raise ZeroDivisionError("oops")

    with monkeypatch.context() as patch:
        patch.setattr(model, "logits", broken)
        with pytest.raises(EngineClosed, match="ZeroDivisionError: oops"):
            await result_of(client, VALUE)
    assert (await result_of(client, VALUE)).text == "x + 1"


async def test_an_unloaded_engine_loads_again_when_it_is_asked(client: EngineClient) -> None:
    await result_of(client, VALUE)
    await client.unload()
    while (await client.health()).state is not State.UNLOADED:
        await asyncio.sleep(0.005)
    assert (await result_of(client, VALUE)).text == "x + 1"


async def test_health_is_told_while_the_model_is_loading(model: Counting, tmp_path: Path) -> None:
    loaded = asyncio.Event()
    loop = asyncio.get_running_loop()

    def load(progress: Progress) -> Engine:
        progress("reading weights", 1, 4)
        asyncio.run_coroutine_threadsafe(loaded.wait(), loop).result()
        return Engine(model)

    worker = Worker(load)
    transport = httpx.ASGITransport(build(worker, "small"))
    worker.start()
    async with httpx.AsyncClient(transport=transport, base_url="http://engine") as http:
        while not worker.stage:
            await asyncio.sleep(0.005)
        health = (await http.get("/health")).json()
        assert (health["state"], health["progress"]) == ("loading", 0.25)
        loaded.set()
        answer = await http.post("/v1/infill", json={"left": "", "right": ""})
        assert "pass" in answer.text
        await asyncio.to_thread(worker.close)


@pytest.fixture
async def guarded(worker: Worker) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build(worker, "scripted", token="a long word"))
    async with httpx.AsyncClient(transport=transport, base_url="http://engine") as http:
        yield http


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Bearer ä", "a long word"])
@pytest.mark.parametrize("path", ["/health", "/v1/infill", "/v1/unload"])
async def test_nobody_comes_in_without_the_token(
    guarded: httpx.AsyncClient, given: str, path: str
) -> None:
    headers = [(b"authorization", given.encode())]
    method = "GET" if path == "/health" else "POST"
    assert (await guarded.request(method, path, headers=headers)).status_code == 401


async def test_who_knows_the_token_comes_in(guarded: httpx.AsyncClient) -> None:
    headers = {"authorization": "Bearer a long word"}
    assert (await guarded.get("/health", headers=headers)).status_code == 200


async def test_a_request_that_is_too_large_is_refused_before_it_is_read_whole(
    guarded: httpx.AsyncClient,
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1_000_000

    headers = {"authorization": "Bearer a long word", "content-type": "application/json"}
    answer = await guarded.post("/v1/infill", content=endless(), headers=headers)
    assert answer.status_code == 400
    assert sent <= LARGEST_BODY / 1_000_000 + 2
