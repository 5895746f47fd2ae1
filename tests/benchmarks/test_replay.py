"""Recorded sessions through a real server and a real engine process, on the model `scripted`."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from replay import RECORDINGS, read_recording, replay

from unmask_lsp.settings import Eagerness
from unmask_model.client.engine_process import end_engine

FILES = sorted(RECORDINGS.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_ends_in_a_file_that_was_cut_and_slipped(file: Path) -> None:
    recording = read_recording(file)
    assert {"⌫", "↻", "↶"} <= set(recording.keys)
    assert not {"⌫", "↻", "↶"} & set(recording.text)
    assert len(recording.keys) > 300


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="unmask-"))  # a socket's path must be short
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("UNMASK_SCRIPT", str(folder / "script.json"))
    yield folder / "script.json"
    asyncio.run(end_engine("scripted"))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.e2e
@pytest.mark.timeout(300)
async def test_a_session_is_counted_and_the_same_each_time(script: Path) -> None:
    rules = [
        {"left_ends_with": "class Bell:\n    ", "answer": "weight = 12"},
        {"left_ends_with": "tone = ", "answer": "'low'"},
    ]
    script.write_text(json.dumps({"rules": rules, "default": "raise SystemExit"}))
    recording = replace(
        read_recording(FILES[0]),
        language="python",
        left="",
        keys="class Bell:\n    weight = 12\n    tone = 'hgih⌫⌫⌫igh'\n",
        right="",
    )
    levels = [Eagerness.NORMAL]
    one = await replay([recording], levels, model="scripted", budget_ms=0)
    other = await replay([recording], levels, model="scripted", budget_ms=0)
    assert one == other
    figures = one["normal"]
    assert figures.saved >= len("weight = 12") - 1
    assert figures.taken >= 1
    assert figures.wrong > 0
    assert len(figures.ms) < figures.asked
    assert figures.flickers == 0
