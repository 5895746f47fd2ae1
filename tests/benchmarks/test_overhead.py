"""The overhead of the server is timed on answers, not on failures."""

import ast
from pathlib import Path
from typing import Any

import overhead
import pytest
from overhead import PLACES, TYPED, measure, source

from unmask_model.protocol.errors import EngineClosed


@pytest.mark.parametrize("lines", [8, 100, 1_001])
def test_a_source_has_as_many_lines_as_are_wanted_and_parses(lines: int) -> None:
    text = source(lines)
    assert text.count("\n") == lines
    ast.parse(text if lines % 8 == 0 else text[: text.rindex("\n\n\n")])


@pytest.mark.slow
async def test_every_key_is_timed_and_nearly_every_one_asks_the_engine(tmp_path: Path) -> None:
    found = await measure(tmp_path / "typed.py", 100)
    assert found["keys"] == len(PLACES) * len(TYPED)
    assert 0 < found["p50"] <= found["p95"]
    assert 0 < found["through"]["p50"] <= found["through"]["p95"]
    assert {"context", "window", "engine", "postprocess"} <= found["stages"].keys()


@pytest.mark.slow
async def test_silence_is_not_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    off: dict[str, Any] = {**overhead.OPTIONS, "enabled": False}
    monkeypatch.setattr(overhead, "OPTIONS", off)
    with pytest.raises(EngineClosed, match="was asked 0 times only"):
        await measure(tmp_path / "typed.py", 100)
