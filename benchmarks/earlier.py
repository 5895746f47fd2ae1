"""Outcomes of an earlier run of `infilling.py`, to be set beside those of this one.

Greedy answers of the same weights stay the same, so a baseline need not be decoded again: what it
wrote, whether that is right and its passes are compared. Its milliseconds are of another run.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from comparison import Outcome
from pydantic import TypeAdapter
from rows import Row

from unmask_model.protocol.errors import RequestInvalid


def earlier(file: Path, rows: Sequence[Row]) -> dict[str, list[Outcome]]:
    """Return each variant's outcome of each row; raise RequestInvalid where one is missing."""
    reading = TypeAdapter(dict[str, dict[str, Outcome]])
    try:
        items = reading.validate_python(json.loads(file.read_text(encoding="utf-8"))["items"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RequestInvalid(f"{file} was expected to be written by --out: {error!r}") from error
    if missing := [row.task for row in rows if row.task not in items]:
        raise RequestInvalid(f"{file} lacks {missing[0]}; choose the rows that it was made of")
    names = dict.fromkeys(name for row in rows for name in items[row.task])
    return {name: [items[row.task][name] for row in rows] for name in names}
