"""The status item while weights are fetched, over the wire: it ends with the truth."""

import asyncio
from typing import Any

import pytest
from wire import NOTHING, item, serving

from unmask_lsp.engine.download import Download
from unmask_model.protocol.errors import DownloadFailed, WeightsAbsent


class Fetching:
    """A download that goes on until a test lets it end."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.fails = False

    async def pull(self, download: Download, model: str, report: Any) -> None:
        report("fetching", 1.0)
        self.began.set()
        await self.may_end.wait()
        report("fetched", 1.0)
        if self.fails:
            raise DownloadFailed("disk full")


@pytest.fixture
def fetching(monkeypatch: pytest.MonkeyPatch) -> Fetching:
    fetching = Fetching()

    async def pull(download: Download, model: str, report: Any) -> None:
        await fetching.pull(download, model, report)

    monkeypatch.setattr(Download, "_pull", pull)
    return fetching


async def said_last(wire: Any) -> tuple[str, str]:
    """What the status item says when all that was under way is done."""
    for _ in range(20):
        await asyncio.sleep(0)
    await wire.execute("unmask.explainLast")
    last = wire.statuses()[-1]
    return last["state"], last["model"]


def configure(wire: Any, **settings: Any) -> None:
    wire.notify("workspace/didChangeConfiguration", settings={"unmask": settings})


@pytest.mark.parametrize("fails", [False, True])
async def test_a_download_beside_a_running_engine_ends_with_ready(
    engine: Any, fetching: Fetching, fails: bool
) -> None:
    fetching.fails = fails
    async with serving(engine) as wire:
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)
        command = asyncio.create_task(wire.execute("unmask.download"))
        await fetching.began.wait()
        assert await said_last(wire) == ("loading", "small")
        fetching.may_end.set()
        await command
        assert await said_last(wire) == ("ready", "small")


async def test_another_model_that_is_chosen_meanwhile_has_the_sign(
    engine: Any, fetching: Fetching
) -> None:
    fetching.fails = True
    async with serving(engine) as wire:
        wire.open("x = \n")
        command = asyncio.create_task(wire.execute("unmask.download"))
        await fetching.began.wait()
        configure(wire, model="mini")
        assert await wire.completed(0, 4) == item("42", 0, 4)
        assert await said_last(wire) == ("ready", "mini")
        fetching.may_end.set()
        await command
        assert await said_last(wire) == ("ready", "mini")


async def test_off_is_off_while_weights_are_fetched_and_when_they_are_here(
    engine: Any, fetching: Fetching
) -> None:
    engine.refuses = [WeightsAbsent("no weights")]
    async with serving(engine) as wire:
        wire.replies["window/showMessageRequest"] = {"title": "Download"}
        wire.open("x = \n")
        await fetching.began.wait()
        configure(wire, enabled=False)
        assert await said_last(wire) == ("off", "small")
        fetching.may_end.set()
        assert await said_last(wire) == ("off", "small")
        configure(wire, enabled=True)
        assert await wire.completed(0, 4) == item("42", 0, 4)
        assert await said_last(wire) == ("ready", "small")


async def test_typing_while_weights_are_fetched_says_nothing_of_a_download(
    engine: Any, fetching: Fetching
) -> None:
    engine.refuses = [WeightsAbsent("no weights") for _ in range(9)]
    async with serving(engine) as wire:
        wire.replies["window/showMessageRequest"] = {"title": "Download"}
        wire.open("x = \n")
        await fetching.began.wait()
        before = len(wire.statuses())
        assert await wire.completed(0, 4) == NOTHING
        wire.insert(2, 0, 4, "1")
        assert await wire.completed(0, 5) == NOTHING
        assert engine.starts > 1
        assert await said_last(wire) == ("loading", "small")
        engine.refuses = []
        fetching.may_end.set()
        assert await said_last(wire) == ("ready", "small")
        after = [status["state"] for status in wire.statuses()[before:]]
        assert "needsDownload" not in after
