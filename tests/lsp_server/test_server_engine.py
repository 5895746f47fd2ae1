"""The engine as the editor sees it, over the wire: loading, absent, dead."""

import asyncio
from typing import Any

import pytest
from wire import NOTHING, item, serving

from unmask_model.errors import ModelNotFound


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
