"""The server over the wire: what it announces, how it answers, what cancels and what fails."""

from typing import Any

import pytest
from wire import CANCELLED, NOTHING, URI, item, serving

from unmask_model.protocol.errors import EngineBusy, RequestInvalid


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
        assert (await last)["result"]["items"][0]["insertText"] == "42"
        codes = {(await answer).get("error", {}).get("code") for _, answer in storm}
        assert codes == {CANCELLED}


async def test_an_error_costs_a_suggestion_and_one_message(engine: Any) -> None:
    engine.fails = [RequestInvalid("it is too long"), RequestInvalid("it is too long")]
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == item("42", 0, 4)
        shown = [m["params"]["message"] for m in wire.said if m["method"] == "window/showMessage"]
        assert shown == ["it is too long"]


async def test_an_engine_that_is_busy_costs_a_suggestion_and_no_message(engine: Any) -> None:
    engine.fails = [EngineBusy("the engine is full")]
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == item("42", 0, 4)
        assert "window/showMessage" not in wire.methods()


async def test_a_bug_costs_a_suggestion_and_a_record(
    engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    engine.fails = [ZeroDivisionError("a bug")]
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        assert await wire.completed(0, 4) == item("42", 0, 4)
    assert "ZeroDivisionError" in caplog.text
