"""What the status says, over the wire: each state with its reason and one thing to do about it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from wire import NOTHING, URI, Wire, item, serving

from unmask_model.protocol.request import StopReason

EDITORS = [("Neovim", "budget_ms"), ("emacs", "budget-ms"), ("Visual Studio Code", "budgetMs")]


async def last(wire: Wire) -> dict[str, Any]:
    await wire.execute("unmask.explainLast")  # by now all has been told
    return wire.statuses()[-1]


async def typed(wire: Wire, number: int) -> None:
    """Type a letter, and wait for what is suggested behind it."""
    wire.insert(number + 1, 0, 3 + number, "x")
    await wire.completed(0, 4 + number)


@pytest.mark.parametrize(("client", "budget"), EDITORS)
async def test_an_engine_that_is_too_slow_says_so_and_what_would_help(
    engine: Any, client: str, budget: str
) -> None:
    engine.ms = {"context": 20.0, "total": 850.0}
    async with serving(engine, clientInfo={"name": client}) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        engine.text, engine.stop_reason = "", StopReason.BUDGET
        await typed(wire, 1)
        said = await last(wire)
        assert said["state"] == "slow"
        assert said["message"] == (
            "slow here: an answer takes about 850 ms, 300 ms are allowed;"
            f" raise unmask.{budget} or choose a smaller unmask.model"
        )
        assert said["action"] == {
            "title": "Allow 1100 ms",
            "command": "unmask.changeSetting",
            "arguments": [budget, 1100],
        }
        engine.text, engine.stop_reason = "43", StopReason.END
        await typed(wire, 2)
        assert (await last(wire))["state"] == "ready"


async def test_one_late_answer_is_told_as_one_and_three_as_a_slow_machine(engine: Any) -> None:
    engine.text, engine.stop_reason = "", StopReason.BUDGET
    async with serving(engine) as wire:
        wire.open("x = \n")
        states = []
        for number in range(1, 4):
            await typed(wire, number)
            states.append((await last(wire))["state"])
        assert states == ["timedOut", "timedOut", "slow"]
        assert (await last(wire))["action"]["title"] == "Allow 800 ms"


async def test_an_engine_that_reads_for_all_its_time_says_that_it_reads(engine: Any) -> None:
    engine.text, engine.stop_reason, engine.ms = "", StopReason.BUDGET, {"context": 290.0}
    async with serving(engine) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        said = await last(wire)
        assert (said["state"], said["kind"], said["busy"]) == ("reading", "Normal", True)


async def test_a_pause_ends_by_itself_by_a_command_and_not_by_a_key_that_asks(
    engine: Any,
) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        wire.notify("textDocument/didFocus", textDocument={"uri": URI})
        await wire.execute("unmask.snooze", 5)
        assert await wire.completed(0, 4) == NOTHING
        said = await last(wire)
        assert said["state"] == "off"
        assert said["message"].startswith("paused until ")
        assert said["action"]["command"] == "unmask.resume"
        assert await wire.completed(0, 4, kind=1) == item("42", 0, 4)
        await wire.execute("unmask.resume")
        assert (await last(wire))["state"] == "ready"
        await wire.execute("unmask.snooze", 0.0001)
        await asyncio.sleep(0.05)
        assert (await last(wire))["state"] == "ready"
        await wire.execute("unmask.snooze", None)
        assert (await last(wire))["message"] == "paused until the editor is restarted"
        assert engine.closed == 0, "the model stays for when it is over"


async def test_weights_that_are_absent_are_told_of_before_anything_is_asked(engine: Any) -> None:
    async with serving(engine, is_here=False) as wire:
        said = await last(wire)
        assert said["state"] == "needsDownload"
        assert said["action"] == {
            "title": "Download the model",
            "command": "unmask.download",
            "arguments": [],
        }


async def test_a_setting_that_switches_off_is_named(engine: Any) -> None:
    async with serving(engine, initializationOptions={"enabled": False}) as wire:
        said = await last(wire)
        assert (said["state"], said["message"]) == ("off", "switched off by unmask.enabled")
        assert said["action"]["command"] == "unmask.openSettings"
        assert said["action"]["arguments"] == ["enabled"]


async def test_a_private_file_is_told_with_its_rule(engine: Any, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log.py\n")
    document = {"uri": (tmp_path / "a.log.py").as_uri()}
    item = {**document, "languageId": "python", "version": 1, "text": "x = "}
    async with serving(engine, rootUri=tmp_path.as_uri()) as wire:
        wire.notify("textDocument/didOpen", textDocument=item)
        wire.notify("textDocument/didFocus", textDocument=document)
        said = await last(wire)
        assert (said["state"], said["kind"]) == ("private", "Inactive")
        assert said["message"] == "this file is private: ignored by *.log.py in .gitignore"
        assert said["action"]["command"] == "unmask.explainLast"
