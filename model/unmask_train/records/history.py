"""The notebook of a run: one JSON line an entry, for people, plots and the card."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from unmask_train.records.checkpoints import Progress

HISTORY = "history.jsonl"


@dataclass(frozen=True, slots=True)
class History:
    """Entries of one run, in its folder."""

    folder: Path

    def note(self, progress: Progress, fields: Mapping[str, object]) -> None:
        """Append an entry."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(progress) | dict(fields)) + "\n")

    def entries(self) -> list[dict[str, Any]]:
        """Return all entries, oldest first."""
        file = self.folder / HISTORY
        if not file.exists():
            return []
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
