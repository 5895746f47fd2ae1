"""The engine as the editor sees it, over the wire: loading, absent, dead."""

import asyncio
from typing import Any

import pytest
from wire import NOTHING, item, serving

from unmask_model.protocol.errors import EngineClosed, WeightsAbsent


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
        assert wire.methods().count("window/logMessage") == 1  # what is no news is not said


async def test_a_client_that_never_answers_delays_nothing_for_long(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_lsp.client.client_ui.TIMEOUT_S", 0.01)
    async with serving(engine, capabilities={"window": {"workDoneProgress": True}}) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)


async def test_absent_weights_are_offered_with_their_size(engine: Any) -> None:
    engine.refuses = [WeightsAbsent("no weights")]
    async with serving(engine) as wire:
        wire.replies["window/showMessageRequest"] = {"title": "Not now"}
        wire.open("x = \n")
        assert await wire.completed(0, 4) == NOTHING
        await asyncio.sleep(0.01)
        (asked,) = [m for m in wire.said if m["method"] == "window/showMessageRequest"]
        assert "491 MB" in asked["params"]["message"]
        assert [a["title"] for a in asked["params"]["actions"]] == ["Download", "Not now"]


async def test_the_sign_of_the_editor_is_kept_up_to_date(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        statuses = wire.statuses()
        assert [status["state"] for status in statuses] == [
            "ready", "loading", "loading", "ready"
        ]  # fmt: skip
        assert statuses[2] == {
            "state": "loading",
            "model": "small",
            "message": "loading small",
            "percent": 50,
            "kind": "Normal",
            "busy": True,
        }


async def test_off_is_said_and_means_no_engine(engine: Any) -> None:
    async with serving(engine, initializationOptions={"enabled": False}) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert [(s["state"], s["kind"]) for s in wire.statuses()] == [("off", "Inactive")]
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"enabled": True}})
        await wire.completed(0, 4)
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"enabled": False}})
        await wire.completed(0, 4)
        assert wire.statuses()[-1]["state"] == "off"
        assert engine.closed == 1


async def test_a_person_can_restart_the_engine(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert await wire.execute("unmask.restartEngine") is None
        await asyncio.sleep(0.01)
        assert (engine.ended, engine.starts) == (["small"], 2)
        assert wire.statuses()[-1]["state"] == "ready"


async def test_an_engine_that_is_off_is_ended_and_not_started(engine: Any) -> None:
    async with serving(engine, initializationOptions={"enabled": False}) as wire:
        await wire.execute("unmask.restartEngine")
        assert (engine.ended, engine.starts) == (["small"], 0)
        assert wire.statuses()[-1]["state"] == "off"


async def test_an_engine_on_another_machine_is_not_ended(engine: Any) -> None:
    there = {"server": "https://box:8443"}
    async with serving(engine, initializationOptions=there) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        await wire.execute("unmask.restartEngine")
        await asyncio.sleep(0.01)
        assert (engine.ended, engine.starts) == ([], 2)


async def test_a_command_that_fails_tells_the_person(engine: Any) -> None:
    engine.refuses_to_end = EngineClosed("end process 7")
    async with serving(engine) as wire:
        assert await wire.execute("unmask.restartEngine") is None
        shown = [m["params"]["message"] for m in wire.said if m["method"] == "window/showMessage"]
        assert shown == ["end process 7"]


async def test_commands_are_announced(engine: Any) -> None:
    async with serving(engine) as wire:
        commands = wire.replies["initialize"]["capabilities"]["executeCommandProvider"]["commands"]
        assert {"unmask.restartEngine", "unmask.download"} <= set(commands)


async def test_a_server_elsewhere_is_asked_only_where_it_is_named_and_the_sign_says_so(
    engine: Any,
) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        engine.sends_to = "box"
        settings = {"unmask": {"server": "https://box:8443"}}
        wire.notify("workspace/didChangeConfiguration", settings=settings)
        await wire.completed(0, 4)
        assert engine.servers == ["", "https://box:8443"]
        assert wire.statuses()[-1]["message"] == "text around the cursor is sent to box"


async def test_an_address_that_is_none_is_not_used(engine: Any) -> None:
    async with serving(engine, initializationOptions={"server": "box:8443"}) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        assert engine.servers == [""]
        shown = [m["params"]["message"] for m in wire.said if m["method"] == "window/showMessage"]
        assert any("https://" in message for message in shown)
