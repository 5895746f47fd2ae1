"""The cases every editor must pass: what an editor closes by itself, and places inside a line.

A case of tests/cases/editors/auto_closed.json is a file's `text` with ‸ at the cursor, the key that
is `typed` there, what the editor has `closed` right of the cursor after it ("" for nothing; an
editor that does not close by itself is made to), the model's `answer`, and the text `after` it was
accepted. All of them can be driven in one session: `script` answers each at its place only.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CURSOR = "‸"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table."""

    name: str
    language: str
    file: str
    text: str
    typed: str
    closed: str
    answer: str
    after: str

    @property
    def left(self) -> str:
        """What is left of the cursor before the key is pressed."""
        return self.text.partition(CURSOR)[0]

    @property
    def right(self) -> str:
        """What is right of it."""
        return self.text.partition(CURSOR)[2]

    @property
    def rule(self) -> dict[str, str]:
        """What makes the scripted model give the answer here and nowhere else."""
        rest = self.right.partition("\n")[0]
        return {
            "left_ends_with": self.left + self.typed,
            "right_starts_with": self.closed + rest,
            "answer": self.answer,
        }


def auto_closed() -> list[Case]:
    """Read the table."""
    table = Path(__file__).parent / "cases" / "editors" / "auto_closed.json"
    return [Case(**row) for row in json.loads(table.read_text(encoding="utf-8"))]


def script() -> dict[str, Any]:
    """The script of a model that answers every case, and nothing anywhere else."""
    return {"rules": [case.rule for case in auto_closed()], "default": ""}
