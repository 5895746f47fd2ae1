"""Typing, over the wire: what is shown stays while it is typed, and nobody asks too early."""

import asyncio
from typing import Any

from wire import CANCELLED, NOTHING, URI, item, serving, span


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
