"""Rows of a HumanEval-Infilling file, and which of them are asked.

The files are those of Bavarian et al. (arXiv 2207.14255; MIT), JSON lines, gzipped or not. Knows no
model and runs nothing.
"""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Self

from unmask_model.protocol.errors import RequestInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hole of one problem."""

    task: str
    """Name of the row, such as SingleLineInfilling/HumanEval/0/L3."""
    left: str
    """Text before the hole."""
    middle: str
    """What the author wrote there."""
    right: str
    """Text after the hole."""
    test: str
    """Source that defines `check`."""
    entry_point: str
    """Name of the function that `check` is called with."""

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        """Read a row from the fields of the file."""
        return cls(
            task=fields["task_id"],
            left=fields["prompt"],
            middle=fields["canonical_solution"],
            right=fields["suffix"],
            test=fields["test"],
            entry_point=fields["entry_point"],
        )

    @property
    def single_line(self) -> bool:
        """Whether the hole is known to be one whole line."""
        return self.task.startswith("SingleLine")

    @property
    def problem(self) -> str:
        """The problem the hole was cut from: rows of one problem are not independent."""
        return "/".join(self.task.split("/")[1:3])

    def source(self, middle: str) -> str:
        """Return the file with `middle` in the hole."""
        return self.left + middle + self.right

    def program(self, middle: str) -> str:
        """Return a program that ends well if `middle` is right."""
        return f"{self.source(middle)}\n{self.test}\ncheck({self.entry_point})\n"


def read_rows(file: Path) -> list[Row]:
    """Read all rows; raise RequestInvalid where the file is none of HumanEval-Infilling."""
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
            return [Row.of(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RequestInvalid(
            f"{file} was expected to be HumanEval-Infilling JSON lines: {error!r}"
        ) from error


def choose(rows: Sequence[Row], count: int, per_problem: int, seed: int) -> list[Row]:
    """Return at most `count` rows in seeded order, at most `per_problem` of a problem (0: any)."""
    taken: Counter[str] = Counter()
    chosen = []
    for row in Random(seed).sample(rows, len(rows)):
        if not per_problem or taken[row.problem] < per_problem:
            taken[row.problem] += 1
            chosen.append(row)
    return chosen[:count]
