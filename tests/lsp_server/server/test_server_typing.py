"""Typing, over the wire: what is shown stays while it is typed, and nobody asks too early."""

import asyncio
from typing import Any

import pytest
from wire import CANCELLED, NOTHING, URI, item, serving, span

from unmask_model.protocol.request import Rewrite


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
    async with serving(engine, initializationOptions={"debounce_ms": 10_000}) as wire:
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


async def test_a_key_brings_several_items_the_one_that_is_shown_first(engine: Any) -> None:
    engine.text = "sum(items)"
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        engine.text, engine.alternatives = "max(items)", ("sum(items)", "sum(xs)")
        answer = await wire.completed(0, 4, kind=1)
        assert [one["insertText"] for one in answer["items"]] == [
            "sum(items)",
            "max(items)",
            "sum(xs)",
        ]
        assert all(one["range"] == span(0, 4, 4) for one in answer["items"])
        assert answer == await wire.completed(0, 4, kind=1)
        assert len(engine.requests) == 2


async def test_each_of_several_items_may_be_typed_through(engine: Any) -> None:
    engine.text, engine.alternatives = "sum(items)", ("max(items)", "sum(xs)")
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4, kind=1)
        wire.insert(2, 0, 4, "m")
        assert await wire.completed(0, 5) == item("ax(items)", 0, 5)
        wire.change(3, {"range": span(0, 4, 5), "text": "s"})
        answer = await wire.completed(0, 5, kind=1)
        assert [one["insertText"] for one in answer["items"]] == ["um(items)", "um(xs)"]
        assert len(engine.requests) == 1


async def test_a_suggestion_is_checked_when_the_text_on_its_right_has_changed(engine: Any) -> None:
    engine.text = "total(items)"
    async with serving(engine) as wire:
        wire.open("x = \r\ny\r\n")
        await wire.completed(0, 4)
        wire.insert(2, 0, 4, "to")
        wire.insert(3, 1, 1, " = 1")
        await wire.completed(0, 6)
        first, second = engine.requests
        assert first.rewrite is None
        assert second.rewrite == Rewrite(text="tal(items)", check=True)


async def test_the_next_suggestion_is_there_once_the_shown_one_is_accepted(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_idle() -> bool:
        engine.text = " + 1"
        return True

    monkeypatch.setattr("unmask_lsp.server.handlers.is_idle", is_idle)
    monkeypatch.setattr("unmask_lsp.server.handlers.PAUSE_S", 0.0)
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)
        for _ in range(200):
            await asyncio.sleep(0)
        assert [request.left for request in engine.requests] == ["x = ", "x = 42"]
        wire.insert(2, 0, 4, "42")
        assert await wire.completed(0, 6) == item(" + 1", 0, 6)
        assert len(engine.requests) == 2


@pytest.mark.parametrize("meanwhile", ["an edit", "a request"])
async def test_what_is_prepared_gives_way(
    engine: Any, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    monkeypatch.setattr("unmask_lsp.server.handlers.is_idle", lambda: True)
    monkeypatch.setattr("unmask_lsp.server.handlers.PAUSE_S", 0.0)
    async with serving(engine) as wire:
        wire.open("x = \ny = \n")
        await wire.completed(0, 4)
        engine.answers.clear()
        while len(engine.requests) < 2:
            await asyncio.sleep(0)
        if meanwhile == "an edit":
            wire.insert(2, 1, 4, "1")
        else:
            wire.complete(1, 4)
        while not engine.cancelled:
            await asyncio.sleep(0)
        assert engine.cancelled == 1
        engine.answers.set()


@pytest.mark.parametrize(
    ("prefetch", "is_idle", "is_own"),
    [(False, True, True), (True, False, True), (True, True, False)],
)
async def test_nothing_is_prepared_where_it_would_be_in_the_way_or_cost_money(
    engine: Any,
    monkeypatch: pytest.MonkeyPatch,
    prefetch: bool,
    is_idle: bool,
    is_own: bool,
) -> None:
    engine.is_own = is_own
    monkeypatch.setattr("unmask_lsp.server.handlers.is_idle", lambda: is_idle)
    monkeypatch.setattr("unmask_lsp.server.handlers.PAUSE_S", 0.0)
    settings = {"prefetch": prefetch}
    async with serving(engine, initializationOptions=settings) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(engine.requests) == 1


async def test_a_model_that_was_chosen_in_the_pause_is_not_asked_for_what_comes_next(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.server.handlers.is_idle", lambda: True)
    monkeypatch.setattr("unmask_lsp.server.handlers.PAUSE_S", 0.02)
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        engine.is_own = False
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"model": "mercury"}})
        await asyncio.sleep(0.1)
        assert engine.starts == 2
        assert len(engine.requests) == 1


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8", [7, 9, 16]), ("utf-16", [5, 7, 11]), ("utf-32", [5, 7, 10])],
)
async def test_an_item_says_where_its_words_end_in_the_units_of_the_client(
    engine: Any, encoding: str, words: list[int]
) -> None:
    engine.text = "größe + '😀'"
    general = {"positionEncodings": [encoding]}
    async with serving(engine, capabilities={"general": general}) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert wire.parts["word"][:2] == words[:2]
        assert wire.parts["word"][-1:] == wire.parts["line"]
