"""What goes wrong around a server: nothing hangs, everybody else is answered (docs/faults.md)."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from unmask_model.client.engine_client import EngineClient
from unmask_model.engine.engine import Engine
from unmask_model.engine.worker import Worker
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason
from unmask_model.server.body import LARGEST_BODY
from unmask_model.server.head_timeout import HeadTimeoutProtocol
from unmask_model.server.server import build
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transport.address import Address
from unmask_model.transport.listener import TcpListener

VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n", document="a")
HALF_OPEN = 1000


class Hurried(HeadTimeoutProtocol):
    """Waits for a head only for a moment."""

    head_s = 3.0


JSON = {"content-type": "application/json"}
HEAD = "HTTP/1.1\r\nhost: engine\r\ncontent-type: application/json\r\n"


@pytest.fixture
async def port(script: Script) -> AsyncIterator[int]:
    model = Scripted(replace(script, pass_ms=2.0))
    worker = Worker(lambda progress: Engine(model, model="scripted"))
    listening = TcpListener(host="127.0.0.1", port=0).open()
    config = uvicorn.Config(build(worker, "scripted"), http=Hurried, log_config=None, ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield int(listening.getsockname()[1])
    server.should_exit = True
    await serving
    listening.close()


async def text_of(port: int, request: InfillRequest = VALUE) -> str:
    client = EngineClient(Address(url=f"http://127.0.0.1:{port}"))
    *_, result = [event async for event in client.fill(request)]
    await client.aclose()
    assert isinstance(result, InfillResult)
    return result.text


@pytest.mark.fault(
    "1,000 half-open connections",
    "nothing; they are closed after 10 s",
)
async def test_a_thousand_half_open_connections_keep_nobody_out_and_are_closed(port: int) -> None:
    loop = asyncio.get_running_loop()
    with ExitStack() as stack:
        silent = [stack.enter_context(socket.socket()) for _ in range(HALF_OPEN)]
        for one in silent:
            one.setblocking(False)
            await loop.sock_connect(one, ("127.0.0.1", port))
            await loop.sock_sendall(one, b"POST /v1/infill HTTP/1.1\r\nhost: engine\r\n")
        assert await text_of(port) == "x + 1"
        said = await asyncio.gather(*(loop.sock_recv(one, 1) for one in silent))
        assert set(said) == {b""}, "all were closed"
    assert await text_of(port) == "x + 1"


async def test_a_head_that_comes_in_time_is_waited_for_and_so_is_the_next(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(b"GET /health HTTP/1.1\r\nhost: ")
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.write(b"engine\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.partition(b":")[2]))
    writer.close()
    await writer.wait_closed()


@pytest.mark.fault(
    "a body of 100 MB",
    "400 before it is sent",
)
@pytest.mark.parametrize("path", ["/v1/infill", "/v1/completions", "/infill"])
async def test_a_hundred_megabytes_are_refused_before_they_are_sent(port: int, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {path} {HEAD}content-length: 100000000\r\n\r\n"
    writer.write(head.encode() + b'{"left": "')
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    assert b"larger than" in await reader.read(2000)
    writer.close()
    await writer.wait_closed()
    assert await text_of(port) == "x + 1"


async def test_a_body_that_lies_about_its_length_is_cut_off(port: int) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 1_000_000

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        try:
            answer = await http.post("/v1/infill", content=endless(), headers=JSON)
        except httpx.WriteError:
            return  # the server closed the connection first
    assert answer.status_code == 400
    assert str(LARGEST_BODY) in answer.text


@pytest.mark.fault(
    "a body that never comes",
    "400 after 30 s",
)
async def test_a_body_that_never_comes_ends_with_its_reason(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_model.server.body.BODY_S", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /infill {HEAD}content-length: 10\r\n\r\n{{".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    assert b"did not arrive" in await reader.read(2000)
    writer.close()
    await writer.wait_closed()


@pytest.mark.fault(
    "bytes that are no UTF-8",
    "400 with the reason",
)
@pytest.mark.parametrize("path", ["/v1/infill", "/v1/completions", "/infill"])
@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b'{"left": "\xc3", "right": ""}'])
async def test_bytes_that_are_no_utf8_are_the_clients_fault(
    port: int, path: str, body: bytes
) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert (await http.post(path, content=body, headers=JSON)).status_code == 400
    assert await text_of(port) == "x + 1"


@pytest.mark.fault(
    "the clock jumps",
    "nothing: deadlines run on a clock that cannot",
)
@pytest.mark.parametrize("hours", [-24, 24])
async def test_a_clock_that_jumps_changes_no_deadline(
    port: int, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600 * hours)
    assert await text_of(port, replace(VALUE, budget_ms=30_000)) == "x + 1"


@pytest.mark.fault(
    "the model is slow",
    "at the deadline what is found by then, or nothing",
)
async def test_a_model_that_is_slow_beyond_its_deadline_answers_with_what_it_has(
    script: Script,
) -> None:
    engine = Engine(Scripted(replace(script, pass_ms=200.0, sure=1)))
    engine.warm_up()
    *_, result = engine.fill(InfillRequest(left="long = [", right="\n", budget_ms=700))
    assert isinstance(result, InfillResult)
    assert result.stop_reason is StopReason.BUDGET


@pytest.mark.fault(
    "weights written in half",
    "one line that names the file; no crash",
)
@pytest.mark.parametrize("kept", [0, 4, 100, 5000])
def test_weights_that_were_written_in_half_are_named_as_such(tmp_path: Path, kept: int) -> None:
    import torch
    from tiny import tiny_model

    tiny = tiny_model(tmp_path, "qwen2")
    whole = tiny.files.tensors.read_bytes()
    tiny.files.tensors.write_bytes(whole[:kept])
    with pytest.raises(WeightsInvalid, match=r"model\.safetensors"):
        Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
