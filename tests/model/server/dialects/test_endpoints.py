"""Dialects over real TCP, asked as their clients ask: no test knows how they are answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest
import uvicorn

from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.engine.worker import Worker
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.server.server import build
from unmask_model.transport.listener import TcpListener

LEFT, ANSWER = "def f(x):\n    value = ", "x + 1"
LIST = "\n    1,\n    2,\n    3,\n    4,\n    5,\n    6,\n    7,\n    8,\n]"
TOKEN = "a long word"
JSON = {"content-type": "application/json"}
POSTS = ("/v1/completions", "/v1/fim/completions", "/infill")


@pytest.fixture
def worker(script: Script) -> Worker:
    model = Scripted(replace(script, pass_ms=2.0))
    options = EngineOptions(requests=2)
    return Worker(lambda progress: Engine(model, model="scripted", options=options))


@pytest.fixture
async def address(worker: Worker) -> AsyncIterator[str]:
    listening = TcpListener(host="127.0.0.1", port=0, token=TOKEN).open()
    config = uvicorn.Config(build(worker, "scripted", TOKEN), log_config=None, ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving
    listening.close()


@pytest.fixture
async def client(address: str) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as http:
        yield http


async def streamed(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> list[Any]:
    answer = await http.post(path, json=body | {"stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    return [event if event == "[DONE]" else json.loads(event) for event in events]


async def until_idle(worker: Worker) -> None:
    while worker.busy:
        await asyncio.sleep(0.005)


async def test_the_openai_package_completes(client: openai.AsyncOpenAI) -> None:
    answer = await client.completions.create(model="any", prompt=LEFT, suffix="\n", max_tokens=64)
    assert (answer.choices[0].text, answer.choices[0].finish_reason) == (ANSWER, "stop")
    assert answer.model == "scripted"
    assert answer.usage
    assert answer.usage.completion_tokens == len(ANSWER)


async def test_the_openai_package_streams_parts_that_make_the_whole(
    client: openai.AsyncOpenAI,
) -> None:
    stream = await client.completions.create(
        model="any", prompt="long = [", suffix="\n", stream=True
    )
    parts = [part.choices[0] async for part in stream]
    assert len(parts) > 3
    assert "".join(part.text for part in parts) == LIST
    assert [part.finish_reason for part in parts][-2:] == [None, "stop"]


async def test_the_openai_package_lists_the_model(client: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["scripted"]


async def test_the_openai_package_is_told_what_was_wrong(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="candidates is 99"):
        await client.completions.create(model="any", prompt=LEFT, n=99)
    with pytest.raises(openai.AuthenticationError):
        await client.with_options(api_key="wrong").models.list()
    with pytest.raises(openai.NotFoundError):
        await client.chat.completions.create(model="any", messages=[])


async def test_a_busy_engine_says_so_before_a_stream_begins(
    http: httpx.AsyncClient, worker: Worker
) -> None:
    async with asyncio.TaskGroup() as group:
        body = {"prompt": "long = [", "suffix": "\n", "stream": True}
        asked = [group.create_task(http.post(POSTS[0], json=body)) for _ in range(6)]
    statuses = [task.result().status_code for task in asked]
    assert set(statuses) == {200, 429}
    refused = next(task.result() for task in asked if task.result().status_code == 429)
    assert refused.json()["error"]["code"] == "engine_busy"
    assert refused.headers["retry-after"]


async def test_a_fim_completion_is_streamed_as_text_and_as_delta(http: httpx.AsyncClient) -> None:
    *parts, end = await streamed(http, "/v1/fim/completions", {"prompt": LEFT, "suffix": "\n"})
    assert "".join(part["choices"][0]["text"] for part in parts) == ANSWER
    assert "".join(part["choices"][0]["delta"]["content"] for part in parts) == ANSWER
    assert end == "[DONE]"


async def test_an_infill_is_streamed_until_stop(http: httpx.AsyncClient) -> None:
    body = {"input_prefix": "long = [", "input_suffix": "\n", "stop": ["2,"]}
    parts = await streamed(http, "/infill", body)
    assert "".join(part["content"] for part in parts) == LIST.partition("2,")[0]
    assert [part["stop"] for part in parts][-2:] == [False, True]
    assert parts[-1]["stop_type"] == "word"


async def test_an_infill_that_only_prepares_is_answered_at_once(http: httpx.AsyncClient) -> None:
    answer = await http.post("/infill", json={"n_predict": 0, "response_fields": ["content"]})
    assert answer.json() == {"content": ""}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", POSTS)
async def test_a_client_that_goes_away_takes_its_request_back(
    http: httpx.AsyncClient, worker: Worker, path: str, stream: bool
) -> None:
    body = {"prompt": "long = [", "suffix": "\n", "stream": stream}
    asking = asyncio.create_task(http.post(path, json=body))
    while not worker.busy:
        await asyncio.sleep(0.001)
    asking.cancel()
    await asyncio.wait([asking])
    await until_idle(worker)
    assert (await http.post("/infill", json={"input_prefix": LEFT})).json()["content"] == ANSWER


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"prompt": 3}',
        b'{"prompt": ["a", "b"]}',
        b'{"prompt": "\\ud800"}',
        b'{"prompt": "a", "stop": [1]}',
        b'{"prompt": "a", "stop": ["a"' + b', "a"' * 1000 + b"]}",
        b'{"prompt": "a", "stream": "perhaps"}',
        b'{"prompt": "a", "seed": "x", "max_tokens": -1}',
        b'{"prompt": ' + b"[" * 100_000,
    ],
)
async def test_what_makes_no_sense_is_the_clients_fault(
    http: httpx.AsyncClient, path: str, body: bytes
) -> None:
    answer = await http.post(path, content=body, headers=JSON)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error.keys() == {"message", "type", "code"}
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", [*POSTS, "/v1/models"])
async def test_nobody_comes_in_without_the_token(address: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=address) as http:
        method = "GET" if path == "/v1/models" else "POST"
        answer = await http.request(method, path, headers={"authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


async def test_a_path_or_a_method_that_is_not_there_is_named_as_such(
    http: httpx.AsyncClient,
) -> None:
    assert (await http.post("/v1/nothing")).json()["error"]["code"] == "not_found"
    assert (await http.get("/infill")).json()["error"]["code"] == "method_not_allowed"
