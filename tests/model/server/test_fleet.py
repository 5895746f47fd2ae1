"""Two replicas on one machine, as Ray Serve runs them."""

import asyncio
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from unmask_model.client.engine_client import SESSION, EngineClient
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.transport.address import Address

ROOT = Path(__file__).parents[3]
TOKEN = "a-long-word"
REQUEST = InfillRequest(left="long = [", right="\n", sampler="autoregressive")
SCRIPT = {"pass_ms": 60.0, "sure": 1, "rules": [{"left_ends_with": "long = [", "answer": "1, 2]"}]}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `fleet`"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "token").write_text(TOKEN)
    (folder / "script.json").write_text(json.dumps(SCRIPT))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    roots = [str(ROOT / "lsp_server"), str(ROOT / "model"), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, roots)),
        "UNMASK_SCRIPT": str(folder / "script.json"),
        "RAY_AUTH_MODE": "disabled",
        "RAY_USAGE_STATS_ENABLED": "0",
        # Ray takes a proxy that is slow to start on a busy machine for a dead one.
        "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "120",
        "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "120",
    }
    command = [sys.executable, str(ROOT / "tests/fleet_driver.py"), str(port)]
    with (folder / "log").open("w") as log:
        driver = subprocess.Popen(
            [*command, str(folder / "token")],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert driver.stdin
    assert driver.stdout
    lines = iter(driver.stdout.readline, "")
    assert any(line.strip() == "ready" for line in lines), (folder / "log").read_text()
    yield f"http://127.0.0.1:{port}"
    driver.stdin.close()
    driver.wait(120)
    driver.stdout.close()


@pytest.fixture
async def client(url: str) -> AsyncIterator[EngineClient]:
    client = EngineClient(Address(url=url, token=TOKEN))
    yield client
    await client.aclose()


async def replica_of(client: EngineClient, document: str) -> int:
    """The process that a document's requests go to."""
    from unmask_model.client.engine_client import _session

    headers = _session(replace(REQUEST, document=document))
    assert SESSION in headers
    return int((await client._http.get("/health", headers=headers)).json()["pid"])


async def answer(client: EngineClient, document: str) -> InfillResult | UnmaskError:
    try:
        events = [event async for event in client.fill(replace(REQUEST, document=document))]
    except UnmaskError as error:
        return error
    assert isinstance(events[-1], InfillResult)
    return events[-1]


async def test_a_stranger_is_not_answered(url: str) -> None:
    stranger = EngineClient(Address(url=url, token="wrong"))
    with pytest.raises(UnmaskError, match="token"):
        await stranger.health()
    await stranger.aclose()


async def test_a_document_always_goes_to_the_replica_that_has_read_it(client: EngineClient) -> None:
    pids = {name: await replica_of(client, name) for name in map(str, range(12))}
    assert len(set(pids.values())) == 2, "both replicas have documents"
    assert {name: await replica_of(client, name) for name in pids} == pids
    await answer(client, "0")
    again = await answer(client, "0")
    assert isinstance(again, InfillResult)
    assert again.plan is not None
    assert again.plan.cached_tokens == again.plan.context_tokens


@pytest.mark.fault(
    "a replica of a fleet is killed under load",
    "only the requests on it end; the others take over its documents",
)
async def test_killing_a_replica_under_load_loses_no_request_that_was_not_on_it(
    client: EngineClient,
) -> None:
    names = [str(number) for number in range(8)]
    pids = {name: await replica_of(client, name) for name in names}
    killed = pids[names[0]]
    asked = {name: asyncio.create_task(answer(client, name)) for name in names}
    await asyncio.sleep(0.15)
    os.kill(killed, signal.SIGKILL)
    ends = {name: await task for name, task in asked.items()}
    elsewhere = [ends[name] for name in names if pids[name] != killed]
    assert elsewhere, "some were on the other replica"
    assert all(isinstance(end, InfillResult) for end in elsewhere)
    retried = [await answer(client, name) for name in names]
    assert all(isinstance(end, InfillResult) for end in retried), "the other one takes over"
