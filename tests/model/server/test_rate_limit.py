"""Layers of the server: names and records of requests, and how many come in."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from unmask_model.server.access_log import AccessLog
from unmask_model.server.json_log import JsonFormatter
from unmask_model.server.rate_limit import PEERS, RateLimit, RateLimits

SECRET = "left = 'a line nobody else may read'"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def slow(request: Request) -> Response:
    await request.body()
    await asyncio.sleep(0.05)
    return PlainTextResponse("done")


def client_of(clock: Clock, limits: RateLimits, peer: str = "192.0.2.1") -> httpx.AsyncClient:
    routes = [Route("/work", slow, methods=["GET", "POST"])]
    layers = [Middleware(AccessLog), Middleware(RateLimit, limits=limits, clock=clock)]
    app = Starlette(routes=routes, middleware=layers)
    transport = httpx.ASGITransport(app, client=(peer, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://engine")


@pytest.fixture
async def crowded() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(Clock(), RateLimits(streams=2)) as http:
        yield http


async def test_more_streams_than_allowed_are_told_that_it_is_busy(
    crowded: httpx.AsyncClient,
) -> None:
    answers = await asyncio.gather(*(crowded.post("/work") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["code"] == "engine_busy"
    assert refused.headers["retry-after"]
    assert (await crowded.post("/work")).status_code == 200, "each left its place"


async def test_those_who_hold_have_a_limit_and_keep_nobody_from_an_answer() -> None:
    begun = asyncio.Event()

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/v1/hold":
            begun.set()
            await asyncio.Event().wait()
        await PlainTextResponse("done")(scope, receive, send)

    app = RateLimit(held, RateLimits(streams=2))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://engine"
    ) as http:
        holding = [asyncio.create_task(http.get("/v1/hold")) for _ in range(2)]
        await begun.wait()
        await asyncio.sleep(0)
        refused = await http.get("/v1/hold")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert (await http.post("/v1/infill")).status_code == 200
        for one in holding:
            one.cancel()
        await asyncio.wait(holding)


async def test_questions_about_health_are_never_refused(crowded: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(crowded.get("/work") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}


async def test_an_address_has_a_rate_and_a_burst_and_others_have_their_own() -> None:
    clock = Clock()
    async with client_of(clock, RateLimits(rate=2)) as http:
        statuses = [(await http.post("/work")).status_code for _ in range(7)]
        assert statuses == [200] * 5 + [429] * 2
        clock.now = 0.5
        assert (await http.post("/work")).status_code == 200
        assert (await http.post("/work")).status_code == 429


def test_addresses_without_end_take_no_memory_without_end() -> None:
    async def nobody(scope: object, receive: object, send: object) -> None: ...

    limit = RateLimit(nobody, RateLimits(rate=1))
    for number in range(PEERS + 100):
        limit._count(str(number))
    assert len(limit._due) == PEERS


async def test_a_request_has_a_name_of_its_own_or_the_one_its_client_gave_it(
    crowded: httpx.AsyncClient,
) -> None:
    own = [(await crowded.post("/work")).headers["x-request-id"] for _ in range(2)]
    assert len(set(own)) == 2
    given = await crowded.post("/work", headers={"x-request-id": "edit-7.1"})
    assert given.headers["x-request-id"] == "edit-7.1"
    for bad in ("a b", "x" * 65, 'a"b'):
        answer = await crowded.post("/work", headers={"x-request-id": bad})
        assert answer.headers["x-request-id"] != bad


async def test_a_record_says_how_it_went_and_nothing_of_the_text(
    crowded: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"x-request-id": "seven", "authorization": "Bearer very-secret"}
    with caplog.at_level(logging.INFO, logger="unmask_model.server.access_log"):
        await crowded.post("/work", content=SECRET, headers=headers)
    (record,) = [one for one in caplog.records if one.name == "unmask_model.server.access_log"]
    line = JsonFormatter().format(record)
    assert SECRET not in line
    assert "very-secret" not in line
    entry = json.loads(line)
    assert (entry["id"], entry["status"], entry["path"]) == ("seven", 200, "/work")
    assert (entry["peer"], entry["bytes"]) == ("192.0.2.1", 4)
    assert entry["ms"] > 0


def test_a_record_of_anything_else_is_json_too() -> None:
    try:
        raise ValueError("oops")
    except ValueError:
        record = logging.getLogger("a").makeRecord(
            "a", logging.ERROR, "", 0, "it %s", ("broke",), sys.exc_info()
        )
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["level"], entry["message"]) == ("error", "it broke")
    assert "ValueError: oops" in entry["exception"]
