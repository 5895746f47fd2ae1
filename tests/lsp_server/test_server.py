"""The server over the wire, in one process: real messages, a fake engine."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from pygls.io_ import run_async

from unmask_lsp.server import build
from unmask_model.errors import EngineBusy, ModelNotFound

URI = "file:///project/m.py"
NOTHING = {"items": []}
CANCELLED = -32800


class Wire:
    """A client that speaks bytes: sends messages, and keeps what the server says."""

    def __init__(self) -> None:
        self.input = asyncio.StreamReader()
        self.answers: dict[int | str, asyncio.Future[Any]] = {}
        self.said: list[dict[str, Any]] = []
        self.replies: dict[str, Any] = {}
        self._ids = count(1)

    def write(self, data: bytes) -> None:
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        if "method" not in message:
            self.answers[message["id"]].set_result(message)
            return
        self.said.append(message)
        if "id" in message and message["method"] in self.replies:
            self.send({"id": message["id"], "result": self.replies[message["method"]]})

    def close(self) -> None:
        self.input.feed_eof()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.input.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> tuple[int, asyncio.Future[Any]]:
        number = next(self._ids)
        self.answers[number] = asyncio.get_running_loop().create_future()
        self.send({"id": number, "method": method, "params": params})
        return number, self.answers[number]

    async def result(self, method: str, **params: Any) -> Any:
        answer = await asyncio.wait_for(self.ask(method, **params)[1], 5)
        return answer.get("result", answer.get("error"))

    def complete(self, line: int, character: int, kind: int = 2) -> tuple[int, asyncio.Future[Any]]:
        return self.ask(
            "textDocument/inlineCompletion",
            textDocument={"uri": URI, "version": 1},
            position={"line": line, "character": character},
            context={"triggerKind": kind},
        )

    async def completed(self, line: int, character: int, kind: int = 2) -> Any:
        answer = await asyncio.wait_for(self.complete(line, character, kind)[1], 5)
        return answer["result"] if "result" in answer else answer["error"]["code"]

    def open(self, text: str, language: str = "python") -> None:
        item = {"uri": URI, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=item)

    def change(self, version: int, *changes: dict[str, Any]) -> None:
        self.notify(
            "textDocument/didChange",
            textDocument={"uri": URI, "version": version},
            contentChanges=list(changes),
        )

    def insert(self, version: int, line: int, character: int, text: str) -> None:
        self.change(version, {"range": span(line, character, character), "text": text})

    def methods(self) -> list[str]:
        return [message["method"] for message in self.said]


@asynccontextmanager
async def serving(engine: Any, **initialize: Any) -> AsyncIterator[Wire]:
    server = build(engine.connect, lambda model: 491_400_064)
    wire = Wire()
    server.protocol.set_writer(wire)
    loop = asyncio.create_task(
        run_async(threading.Event(), wire.input, server.protocol, logging.getLogger("wire"))
    )
    params = {"processId": None, "rootUri": None, "capabilities": {}} | initialize
    wire.replies["initialize"] = await wire.result("initialize", **params)
    wire.notify("initialized")
    yield wire
    await wire.result("shutdown")
    wire.close()
    await loop


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


def item(text: str, line: int, character: int) -> dict[str, Any]:
    return {"items": [{"insertText": text, "range": span(line, character, character)}]}


async def test_inline_completion_is_announced(engine: Any) -> None:
    async with serving(engine) as wire:
        capabilities = wire.replies["initialize"]["capabilities"]
        assert capabilities["inlineCompletionProvider"] == {}
        assert capabilities["textDocumentSync"]["openClose"] is True
        assert capabilities["textDocumentSync"]["change"] == 2
        assert wire.replies["initialize"]["serverInfo"]["name"] == "unmask"


@pytest.mark.parametrize(
    ("offered", "agreed", "character"),
    [
        (["utf-8", "utf-16"], "utf-8", 15),
        (["utf-32", "utf-16"], "utf-32", 11),
        (["utf-16"], "utf-16", 12),
        (None, "utf-16", 12),
    ],
)
async def test_positions_are_counted_as_agreed(
    engine: Any, offered: list[str] | None, agreed: str, character: int
) -> None:
    general = {"general": {"positionEncodings": offered}} if offered else {}
    async with serving(engine, capabilities=general) as wire:
        assert wire.replies["initialize"]["capabilities"]["positionEncoding"] == agreed
        wire.open("\ny = '😀é' + \n")
        assert await wire.completed(1, character) == item("42", 1, character)
        assert engine.requests[0].left == "\ny = '😀é' + "


async def test_a_suggestion_has_an_explicit_one_line_range(engine: Any) -> None:
    engine.text = "1\nif x:\n    y"
    async with serving(engine) as wire:
        wire.open("x = \n")
        ((only),) = (await wire.completed(0, 4))["items"]
        assert only["range"]["start"] == only["range"]["end"] == {"line": 0, "character": 4}


@pytest.mark.parametrize("kind", [0, 1, 2])
async def test_every_clients_trigger_kind_is_taken(engine: Any, kind: int) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4, kind) == item("42", 0, 4)


@pytest.mark.parametrize(
    ("client", "newline"), [("Neovim", "\n"), ("Emacs", "\n"), ("some editor", "\r\n")]
)
async def test_line_ends_are_what_the_client_inserts_right(
    engine: Any, client: str, newline: str
) -> None:
    async with serving(engine, clientInfo={"name": client}) as wire:
        wire.open("def f():\r\n    if x:\r\n        \r\n")
        engine.text = "a = 1\n        b = 2"
        expected = item(f"a = 1{newline}        b = 2", 2, 8)
        assert await wire.completed(2, 8) == expected


async def test_nothing_to_show_is_an_empty_list(engine: Any) -> None:
    engine.text = ""
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING


async def test_a_document_that_is_not_open_has_nothing(engine: Any) -> None:
    async with serving(engine) as wire:
        assert await wire.completed(0, 0) == NOTHING
        wire.open("x = ")
        wire.notify("textDocument/didClose", textDocument={"uri": URI})
        assert await wire.completed(0, 0) == NOTHING


async def test_a_completion_sees_the_edits_before_it(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("a\x0cb\u2028\nx = \n")
        start = {"line": 1, "character": 0}
        end = {"line": 1, "character": 1}
        wire.change(2, {"range": {"start": start, "end": end}, "text": "yy"})
        assert await wire.completed(1, 5) == item("42", 1, 5)
        assert engine.requests[0].left == "a\x0cb\u2028\nyy = "
        wire.change(3, {"text": "z = "})
        assert await wire.completed(0, 4) == item("42", 0, 4)


async def test_typing_what_is_shown_asks_the_engine_nothing(engine: Any) -> None:
    engine.text = "total(items)"
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("total(items)", 0, 4)
        for column, typed in enumerate("total", start=4):
            wire.insert(column, 0, column, typed)
            left = "total(items)"[column - 3 :]
            assert await wire.completed(0, column + 1) == item(left, 0, column + 1)
        wire.insert(9, 0, 9, "()")  # the editor closes the bracket
        assert await wire.completed(0, 10) == item("items", 0, 10)
        assert len(engine.requests) == 1


async def test_backspace_within_what_was_typed_brings_the_same_suggestion_back(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        wire.insert(2, 0, 4, "4")
        assert await wire.completed(0, 5) == item("2", 0, 5)
        wire.change(3, {"range": span(0, 4, 5), "text": ""})
        assert await wire.completed(0, 4) == item("42", 0, 4)
        assert len(engine.requests) == 1


async def test_an_answer_the_client_was_too_fast_for_serves_its_next_request(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        _, late = wire.complete(0, 4)
        await asyncio.wait_for(late, 5)
        wire.insert(2, 0, 4, "4")
        assert await wire.completed(0, 5) == item("2", 0, 5)
        assert len(engine.requests) == 1


async def test_manual_answers_a_key_and_keeps_what_it_showed(engine: Any) -> None:
    async with serving(engine, initializationOptions={"eagerness": "manual"}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4, kind=2) == NOTHING
        assert await wire.completed(0, 4, kind=1) == item("42", 0, 4)
        wire.insert(2, 0, 4, "4")
        assert await wire.completed(0, 5, kind=2) == item("2", 0, 5)
        assert len(engine.requests) == 1


async def test_a_delay_waits_for_a_pause_in_typing(engine: Any) -> None:
    async with serving(engine, initializationOptions={"delay_ms": 10_000}) as wire:
        wire.open("x = \n")
        _, early = wire.complete(0, 4)
        for _ in range(10):  # until it waits
            await asyncio.sleep(0)
        wire.insert(2, 0, 4, "1 + ")
        assert (await early)["error"]["code"] == CANCELLED
        assert await wire.completed(0, 8, kind=1) == item("42", 0, 8)  # a key does not wait
        assert len(engine.requests) == 1


async def test_a_closed_document_and_new_settings_start_over(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"max_lines": 3}})
        await wire.completed(0, 4)
        wire.notify("textDocument/didClose", textDocument={"uri": URI})
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert len(engine.requests) == 3


async def test_newer_requests_and_edits_cancel_what_runs(engine: Any) -> None:
    engine.answers.clear()
    async with serving(engine) as wire:
        wire.open("x = \n")
        _, first = wire.complete(0, 4)
        _, second = wire.complete(0, 4)
        assert (await first)["error"]["code"] == CANCELLED
        wire.change(2, {"text": "x = "})
        assert (await second)["error"]["code"] == CANCELLED
        engine.answers.set()
        assert await wire.completed(0, 4) == item("42", 0, 4)
        assert "window/showMessage" not in wire.methods()


async def test_a_storm_of_requests_and_cancels_leaves_one_answer(engine: Any) -> None:
    engine.answers.clear()
    async with serving(engine) as wire:
        wire.open("x = \n")
        storm = [wire.complete(0, 4) for _ in range(70)]
        for number, _ in storm[::2]:
            wire.notify("$/cancelRequest", id=number)
        number, last = wire.complete(0, 4)
        engine.answers.set()
        assert (await last)["result"] == item("42", 0, 4)
        codes = {(await answer).get("error", {}).get("code") for _, answer in storm}
        assert codes == {CANCELLED}


async def test_an_error_costs_a_suggestion_and_one_message(engine: Any) -> None:
    engine.fails = [EngineBusy("the engine is full"), EngineBusy("the engine is full")]
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == item("42", 0, 4)
        shown = [m["params"]["message"] for m in wire.said if m["method"] == "window/showMessage"]
        assert shown == ["the engine is full"]


async def test_a_bug_costs_a_suggestion_and_a_record(
    engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    engine.fails = [ZeroDivisionError("a bug")]
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == item("42", 0, 4)
    assert "ZeroDivisionError" in caplog.text


async def test_settings_come_at_the_start_and_live(engine: Any) -> None:
    async with serving(engine, initializationOptions={"budget_ms": 150}) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert engine.requests[-1].budget_ms == 150
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"enabled": False}})
        assert await wire.completed(0, 4) == NOTHING
        assert engine.closed == 1
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"budget_ms": "?"}})
        assert await wire.completed(0, 4) == item("42", 0, 4)
        assert engine.requests[-1].budget_ms == 300
        assert "window/showMessage" in wire.methods()


async def test_a_client_that_can_be_asked_is_asked_for_settings(engine: Any) -> None:
    workspace = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
    async with serving(engine, capabilities={"workspace": workspace}) as wire:
        wire.replies["client/registerCapability"] = None
        wire.replies["workspace/configuration"] = [{"budget_ms": 50, "model": "scripted"}]
        wire.notify("workspace/didChangeConfiguration", settings=None)
        wire.open("x = \n")
        await asyncio.sleep(0.01)
        await wire.completed(0, 4)
        assert engine.requests[-1].budget_ms == 50


async def test_no_engine_is_started_before_the_settings_are_known(engine: Any) -> None:
    async with serving(engine, capabilities={"workspace": {"configuration": True}}) as wire:
        wire.open("x = \n")
        _, answer = wire.complete(0, 4)
        while "workspace/configuration" not in wire.methods():
            await asyncio.sleep(0)
        assert engine.starts == 0
        (asked,) = [m for m in wire.said if m["method"] == "workspace/configuration"]
        wire.send({"id": asked["id"], "result": [{"enabled": False}]})
        assert (await answer)["result"] == NOTHING
    assert engine.starts == 0


async def test_a_client_that_never_says_its_settings_gets_the_defaults(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.session.PATIENCE_S", 0.01)
    async with serving(engine, capabilities={"workspace": {"configuration": True}}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)


async def test_off_at_the_start_means_no_engine(engine: Any) -> None:
    async with serving(engine, initializationOptions={"enabled": False}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
    assert engine.starts == 0


async def test_loading_is_shown_as_progress_where_the_client_draws_it(engine: Any) -> None:
    async with serving(engine, capabilities={"window": {"workDoneProgress": True}}) as wire:
        wire.replies["window/workDoneProgress/create"] = None
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)
        kinds = [m["params"]["value"]["kind"] for m in wire.said if m["method"] == "$/progress"]
        assert kinds == ["begin", "end"]


async def test_loading_is_logged_where_the_client_draws_nothing(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert "window/logMessage" in wire.methods()


async def test_a_client_that_never_answers_delays_nothing_for_long(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.editor.PATIENCE_S", 0.01)
    async with serving(engine, capabilities={"window": {"workDoneProgress": True}}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)


async def test_absent_weights_are_offered_with_their_size(engine: Any) -> None:
    engine.refuses = [ModelNotFound("no weights")]
    async with serving(engine) as wire:
        wire.replies["window/showMessageRequest"] = {"title": "Not now"}
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        await asyncio.sleep(0.01)
        (asked,) = [m for m in wire.said if m["method"] == "window/showMessageRequest"]
        assert "491 MB" in asked["params"]["message"]
        assert [a["title"] for a in asked["params"]["actions"]] == ["Download", "Not now"]
