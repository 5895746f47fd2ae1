"""Over the wire: which engine is told of the workspace, and what a request says of it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from wire import serving

from unmask_lsp.engine import memory_feed


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_feed, "PAUSE_S", 0.0)


async def asked_in(engine: Any, path: Path, times: int = 2, **initialize: Any) -> None:
    """Complete in a document again and again: the first request is before the engine is there."""
    async with serving(engine, rootUri=path.parent.as_uri(), **initialize) as wire:
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": "x = "}
        wire.notify("textDocument/didOpen", textDocument=item)
        for number in range(times):
            await wire.result(
                "textDocument/inlineCompletion",
                textDocument={"uri": path.as_uri()},
                position={"line": 0, "character": 4},
                context={"triggerKind": 2},
            )
            edit = {"text": f"x{number} = "}
            version = {"uri": path.as_uri(), "version": number + 2}
            wire.notify("textDocument/didChange", textDocument=version, contentChanges=[edit])
            await asyncio.sleep(0.05)


async def test_this_machines_own_engine_is_told_and_asked_about_it(
    engine: Any, tmp_path: Path
) -> None:
    (tmp_path / "near.py").write_text("y = 1\n")
    await asked_in(engine, tmp_path / "m.py")
    assert set(engine.texts()) == {"near.py", "m.py"}
    assert engine.requests[-1].workspace in engine.known
    assert engine.requests[-1].file == "m.py"


async def test_an_engine_elsewhere_is_told_nothing(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "near.py").write_text("y = 1\n")
    engine.is_own = False
    await asked_in(engine, tmp_path / "m.py")
    assert engine.requests
    assert not any(request.workspace or request.file for request in engine.requests)
    assert engine.told == []


async def test_memory_can_be_switched_off(engine: Any, tmp_path: Path) -> None:
    await asked_in(engine, tmp_path / "m.py", initializationOptions={"memory": "off"})
    assert not any(request.workspace or request.file for request in engine.requests)
    assert engine.told == []
