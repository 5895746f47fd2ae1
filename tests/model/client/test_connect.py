"""Who answers what a user set, and whether it may be asked for what nobody wants yet."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from unmask_model.client.connect import connect
from unmask_model.client.engine_client import EngineClient
from unmask_model.engine.engine import Engine
from unmask_model.engine.worker import Worker
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.server.server import build
from unmask_model.transport.listener import TcpListener


@pytest.fixture
async def address(script: Script) -> AsyncIterator[str]:
    """An engine that somebody has started on a port of this machine."""
    worker = Worker(lambda progress: Engine(Scripted(script), model="scripted"))
    listening = TcpListener(host="127.0.0.1", port=0).open()
    server = uvicorn.Server(uvicorn.Config(build(worker, "scripted"), log_config=None, ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving
    listening.close()


def silent(words: str, share: float | None) -> None:
    """Tell nobody."""


async def test_an_engine_behind_a_port_may_be_a_teams_and_is_never_taken_for_ones_own(
    address: str,
) -> None:
    """A loopback port may lead to another machine, which others wait for or pay for."""
    client = await connect(address, "small", silent)
    assert isinstance(client, EngineClient)
    assert not client.is_own
    await client.aclose()


async def test_this_machines_engine_is_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ensure_engine(model: str, on_progress: object) -> str:
        return f"the engine of {model}"

    monkeypatch.setattr("unmask_model.client.connect.ensure_engine", ensure_engine)
    assert await connect("", "small", silent) == "the engine of small"


async def test_no_key_goes_to_a_server_it_does_not_belong_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting the server, as a repository's settings may, gets no key."""
    monkeypatch.setenv("UNMASK_SERVER_KEY", "word")
    monkeypatch.setenv("UNMASK_SERVER_KEY_HOST", "completions.example.org")
    monkeypatch.setattr("unmask_model.transport.keys.from_keyring", lambda name: "")
    client = await connect(address, "small", silent)
    assert isinstance(client, EngineClient)
    assert "authorization" not in client._http.headers
    await client.aclose()


@pytest.mark.parametrize("model", ["small", "openai-compatible", "mercury"])
async def test_code_and_key_never_go_over_plain_http(model: str) -> None:
    with pytest.raises(RequestInvalid, match="in the clear"):
        await connect("http://completions.example.org", model, silent)
