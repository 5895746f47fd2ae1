"""Settings, over the wire: where they come from, when they hold, and what off means."""

import asyncio
from typing import Any

import pytest
from wire import NOTHING, URI, item, serving

from unmask_model.protocol.errors import EngineClosed


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


async def test_settings_that_say_nothing_new_start_nothing_over(engine: Any) -> None:
    given = {"max_lines": 3}
    async with serving(engine, initializationOptions=given) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        for settings in (None, {}, {"unmask": given}):
            wire.notify("workspace/didChangeConfiguration", settings=settings)
            assert await wire.completed(0, 4) == item("42", 0, 4)
        assert len(engine.requests) == 1
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {}})
        await wire.completed(0, 4)
        assert engine.requests[-1].max_lines != given["max_lines"]


async def test_nobody_is_told_of_a_request_that_was_under_way_when_it_went_off(
    engine: Any,
) -> None:
    engine.answers.clear()
    engine.fails = [EngineClosed("it went away")]
    async with serving(engine) as wire:
        wire.open("x = \n")
        _, answer = wire.complete(0, 4)
        while not engine.requests:
            await asyncio.sleep(0)
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"enabled": False}})
        while not engine.closed:
            await asyncio.sleep(0)
        engine.answers.set()
        assert (await asyncio.wait_for(answer, 5))["result"] == NOTHING
        assert "window/showMessage" not in wire.methods()


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
        for asked in wire.asked("workspace/configuration"):
            wire.send({"id": asked["id"], "result": [{"enabled": False}]})
        assert (await answer)["result"] == NOTHING
    assert engine.starts == 0


async def test_a_client_that_never_says_its_settings_gets_the_defaults(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.server.configuration.TIMEOUT_S", 0.01)
    async with serving(engine, capabilities={"workspace": {"configuration": True}}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)


async def test_off_at_the_start_means_no_engine(engine: Any) -> None:
    async with serving(engine, initializationOptions={"enabled": False}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
    assert engine.starts == 0


async def test_a_setting_that_is_removed_again_goes_back_to_what_it_was_at_the_start(
    engine: Any,
) -> None:
    workspace = {"configuration": True}
    given = {"max_lines": 3}
    async with serving(
        engine, capabilities={"workspace": workspace}, initializationOptions=given
    ) as wire:
        wire.open("x = \n")
        for line, (answer, budget_ms) in enumerate(
            [({}, 300), ({"budget_ms": 50}, 50), (None, 300), ({"budget_ms": 60}, 60), ({}, 300)]
        ):
            wire.replies["workspace/configuration"] = [answer]
            wire.notify("workspace/didChangeConfiguration", settings=None)
            await wire.execute("unmask.explainLast")
            wire.insert(line + 2, 0, 0, "\n")
            await wire.completed(line + 1, 4)
            assert engine.requests[-1].budget_ms == budget_ms
        assert len(engine.requests) == 5


async def test_a_document_has_the_settings_of_its_language_and_folder(engine: Any) -> None:
    async with serving(engine, capabilities={"workspace": {"configuration": True}}) as wire:
        wire.open("x = \n")
        _, answer = wire.complete(0, 4)
        while len(asked := wire.asked("workspace/configuration")) < 2:
            await asyncio.sleep(0)
        for question in asked:
            items = question["params"]["items"]
            assert {item["section"] for item in items} == {"unmask"}
            own = {None: {}, URI: {"budgetMs": 70, "model": "other"}}
            result = [own[item.get("scopeUri")] for item in items]
            wire.send({"id": question["id"], "result": result})
        await asyncio.wait_for(answer, 5)
        assert engine.requests[-1].budget_ms == 70
        assert engine.servers == [""], "no document chooses another model"


async def test_a_document_that_is_off_says_so_and_keeps_others_on(engine: Any) -> None:
    async with serving(engine, capabilities={"workspace": {"configuration": True}}) as wire:
        while not (asked := wire.asked("workspace/configuration")):
            await asyncio.sleep(0)
        wire.send({"id": asked[0]["id"], "result": [{}]})
        wire.replies["workspace/configuration"] = [{"enabled": False}]
        wire.open("x = \n")
        wire.notify("textDocument/didFocus", textDocument={"uri": URI})
        assert await wire.completed(0, 4) == NOTHING
        assert wire.statuses()[-1]["message"] == "switched off by unmask.enabled"
        wire.notify("textDocument/didFocus", textDocument={"uri": "file:///other"})
        await wire.execute("unmask.explainLast")
        assert wire.statuses()[-1]["state"] == "ready"


async def test_old_names_are_read_and_told_of_once(engine: Any) -> None:
    async with serving(engine, initializationOptions={"asked_budget_ms": 40}) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4, kind=1)
        assert engine.requests[-1].budget_ms == 40
        (shown,) = wire.asked("window/showMessage")
        assert "asked_budget_ms is now invokedBudgetMs" in shown["params"]["message"]


async def test_a_document_that_comes_before_the_settings_are_read_starts_the_engine_too(
    engine: Any,
) -> None:
    async with serving(engine, initializes=False) as wire:
        _, answer = wire.ask("initialize", processId=None, rootUri=None, capabilities={})
        wire.notify("initialized")
        wire.open("x = \n")
        await asyncio.wait_for(answer, 5)
        await wire.execute("unmask.explainLast")
        assert engine.starts == 1
