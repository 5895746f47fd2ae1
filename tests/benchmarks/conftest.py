"""The benchmarks are scripts: their folder goes on the path, as when one of them is run."""

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

WriteScript = Callable[..., None]


@pytest.fixture
def write_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteScript:
    """Give the scripted model its answers: what the left side ends with, and the block."""

    def write(rules: dict[str, str], default: str = "pass") -> None:
        file = tmp_path / "script.json"
        listed = [{"left_ends_with": left, "answer": block} for left, block in rules.items()]
        file.write_text(json.dumps({"rules": listed, "default": default}))
        monkeypatch.setenv("UNMASK_SCRIPT", str(file))

    return write


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three holes of two problems: `add` twice, `twice` once."""

    def row(problem: int, line: int, name: str, left: str, middle: str, expected: str) -> str:
        return json.dumps(
            {
                "task_id": f"SingleLineInfilling/HumanEval/{problem}/L{line}",
                "entry_point": name,
                "prompt": left,
                "suffix": "    return total\n",
                "canonical_solution": middle,
                "test": f"def check(candidate):\n    assert {expected}\n",
            }
        )

    add = "def add(x, y):\n"
    two_lines = f"{add}    total = x\n"
    lines = [
        row(0, 0, "add", add, "    total = x + y\n", "candidate(2, 3) == 5"),
        row(0, 1, "add", two_lines, "    total += y\n", "candidate(2, 3) == 5"),
        row(2, 0, "twice", "def twice(x):\n", "    total = 2 * x\n", "candidate(4) == 8"),
    ]
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    return file
