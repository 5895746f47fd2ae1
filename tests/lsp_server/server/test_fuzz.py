"""Thousands of messages that no client should send: the session goes on, and keeps none."""

import asyncio
import logging
import os
from random import Random
from typing import Any

import pytest
from fuzzing import Fuzzer
from wire import Wire, serving

MESSAGES = int(os.environ.get("UNMASK_FUZZ_MESSAGES", "1700"))
"""Of each of the three sessions; more by hand."""
URI = "file:///fuzz/after.py"


class Anybody(dict[Any, Any]):
    """Takes the answers to whatever was asked."""

    def __missing__(self, number: Any) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().create_future()


async def said(wire: Wire, body: bytes) -> None:
    wire.input.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(3))
async def test_no_message_ends_the_session_or_stays_in_memory(
    engine: Any, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    capabilities = {"workspace": {"configuration": True}} if seed == 1 else {}
    async with serving(engine, capabilities=capabilities) as wire:
        wire.answers = Anybody()
        bodies = Fuzzer(Random(seed)).bodies()
        for _ in range(MESSAGES):
            await said(wire, next(bodies))
        await still_answers(wire)
        kept = wire.protocol
        assert len(kept._request_futures) < 150
        assert len(kept._result_types) < 100
    failures = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info or record.getMessage() for record in failures] == []


async def still_answers(wire: Wire) -> None:
    wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"enabled": True}})
    document = {"uri": URI, "languageId": "python", "version": 1, "text": "x = "}
    wire.notify("textDocument/didOpen", textDocument=document)
    asked: dict[str, Any] = {
        "textDocument": {"uri": URI},
        "position": {"line": 0, "character": 4},
        "context": {"triggerKind": 1},
    }
    found = await wire.result("textDocument/inlineCompletion", **asked)
    assert [one["insertText"] for one in found["items"]] == ["42"]
