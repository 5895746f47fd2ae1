"""What an engine is told of workspaces, over a real Unix socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from unmask_model.client.engine_client import EngineClient
from unmask_model.engine import memories as memories_module
from unmask_model.engine.engine import Engine
from unmask_model.engine.memories import Memories
from unmask_model.engine.worker import Worker
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import EngineBusy, RequestInvalid
from unmask_model.protocol.memory import MEMORY, MemoryAccount, MemoryFile, MemoryUpdate
from unmask_model.server.memory_route import memory_routes
from unmask_model.server.server import build
from unmask_model.transport.address import Address
from unmask_model.transport.listener import SocketListener, TcpListener
from unmask_model.transport.loopback_listener import LoopbackListener


@pytest.fixture
def worker(script: Script) -> Worker:
    return Worker(lambda progress: Engine(Scripted(script), model="scripted"), memories=Memories())


@asynccontextmanager
async def served(worker: Worker, socket: Path) -> AsyncIterator[Callable[[], EngineClient]]:
    """A server, and a way to more clients of it."""
    listener = SocketListener(path=socket)
    listening = listener.open()
    app = build(worker, "scripted")
    app.routes.extend(memory_routes(worker.memories))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while worker.state != "ready":
        await asyncio.sleep(0.005)
    yield lambda: EngineClient(Address(socket=socket))
    server.should_exit = True
    worker.memories.dismiss()
    await serving
    listener.close()


@pytest.fixture
async def client(worker: Worker, tmp_path: Path) -> AsyncIterator[EngineClient]:
    async with served(worker, tmp_path / "engine.sock") as connect:
        client = connect()
        yield client
        await client.aclose()


def update(
    workspace: str, *, whole: bool = False, gone: tuple[str, ...] = (), **texts: str | None
) -> MemoryUpdate:
    files = tuple(MemoryFile(name=name, stamp=str(text), text=text) for name, text in texts.items())
    return MemoryUpdate(workspace=workspace, files=files, whole=whole, gone=gone)


async def test_texts_are_taken_in_and_counted(client: EngineClient) -> None:
    account = await client.remember(update("w", a="def one():\n", b="return 1\n"))
    assert account.files == 2
    assert account.tokens > 4
    assert account.bytes > 0
    assert await client.memories() == [account]


async def test_only_texts_that_are_not_known_are_wanted(client: EngineClient) -> None:
    await client.remember(update("w", a="one two"))
    offer = (
        MemoryFile(name="a", stamp="one two"),
        MemoryFile(name="b", stamp="new"),
    )
    account = await client.remember(MemoryUpdate(workspace="w", files=offer))
    assert account.wanted == ("b",)
    changed = (MemoryFile(name="a", stamp="one two three"),)
    assert (await client.remember(MemoryUpdate(workspace="w", files=changed))).wanted == ("a",)


async def test_what_is_gone_is_forgotten(client: EngineClient) -> None:
    await client.remember(update("w", a="one two", b="three four", c="five"))
    assert (await client.remember(update("w", gone=("a",)))).files == 2
    kept = (MemoryFile(name="b", stamp="three four"),)
    told = MemoryUpdate(workspace="w", files=kept, whole=True, left_out=7)
    account = await client.remember(told)
    assert account.files == 1
    assert account.left_out == 7
    assert account.wanted == ()


async def test_workspaces_are_kept_apart(client: EngineClient, worker: Worker) -> None:
    await client.remember(update("one", a="one two"))
    await client.remember(update("two", a="three four", b="five six"))
    assert {account.workspace: account.files for account in await client.memories()} == {
        "one": 1,
        "two": 2,
    }
    assert worker.memories.of("one") is not worker.memories.of("two")
    assert worker.memories.of("") is None
    assert worker.memories.of("other") is None


async def test_an_update_that_says_nothing_or_too_much_is_refused(client: EngineClient) -> None:
    for wrong in (update(""), update("w" * 201), update("w", a="x" * 1_000_001)):
        with pytest.raises(RequestInvalid):
            await client.remember(wrong)
    assert await client.memories() == []


async def test_without_a_model_texts_are_not_taken(client: EngineClient, worker: Worker) -> None:
    worker.memories.shut()
    with pytest.raises(EngineBusy):
        await client.remember(update("w", a="one"))


async def test_a_memory_lives_as_long_as_somebody_holds_it(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memories_module, "LINGER_S", 0.0)
    async with served(worker, tmp_path / "engine.sock") as connect:
        first, second = connect(), connect()
        await first.hold_memories(["w"])
        await second.hold_memories(["w"])
        await first.remember(update("w", a="one two"))
        await first.aclose()
        assert await accounts_after(second, worker, 1)
        await second.hold_memories([])
        await second.aclose()
        third = connect()
        assert not await accounts_after(third, worker, 0)
        await third.aclose()


async def accounts_after(client: EngineClient, worker: Worker, wanted: int) -> list[MemoryAccount]:
    """What is known once a client that left is noticed."""
    for _ in range(100):
        worker.memories.forget_abandoned()
        found = await client.memories()
        if len(found) == wanted:
            break
        await asyncio.sleep(0.01)
    return found


async def test_a_listener_that_others_may_reach_is_told_nothing(
    worker: Worker, tmp_path: Path
) -> None:
    public = httpx.ASGITransport(app=build(worker, "scripted", token="word"))
    asked = {"authorization": "Bearer word"}
    async with httpx.AsyncClient(transport=public, base_url="http://engine", headers=asked) as web:
        assert (await web.get(MEMORY)).status_code == httpx.codes.NOT_FOUND
        assert (await web.post(MEMORY, content=b"{}")).status_code == httpx.codes.NOT_FOUND
    assert not TcpListener(host="127.0.0.1", port=0, token="word").is_private
    assert SocketListener(path=tmp_path / "a.sock").is_private
    assert LoopbackListener(path=tmp_path / "a.port").is_private


async def test_answers_go_before_reading(client: EngineClient, worker: Worker) -> None:
    busy = [True, True, True, False]
    worker.memories.yield_to(lambda: busy.pop(0) if busy else False)
    account = await client.remember(update("w", a="one two"))
    assert account.files == 1
    assert not busy


async def test_the_workspace_heard_of_longest_ago_makes_room(
    client: EngineClient, worker: Worker
) -> None:
    for number in range(memories_module.WORKSPACES + 1):
        await client.remember(update(str(number), a="one two"))
    assert worker.memories.of("0") is None
    assert worker.memories.of(str(memories_module.WORKSPACES)) is not None
