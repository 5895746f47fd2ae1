"""Holes in files that nothing was trained on: the held-out packages of a corpus.

Three kinds, in turn: the rest of a line behind a place where a token begins, a whole line behind
its indentation, and two to six whole lines. The same corpus and seed give the same holes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from unmask_train.corpus.corpus import Document

MOST_LINES = 6
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A file with a part of it taken out."""

    document: Document
    """The whole file."""
    kind: str
    """rest of line, line or lines."""
    start: int
    """First character that was taken out."""
    end: int
    """One past the last: the end of a line, before its break."""

    @property
    def text(self) -> str:
        """The file as somebody types it: without the hole."""
        return self.document.text[: self.start] + self.document.text[self.end :]

    @property
    def author(self) -> str:
        """What the author wrote there."""
        return self.document.text[self.start : self.end]


def draw_holes(documents: Sequence[Document], per_language: int, seed: int) -> list[Hole]:
    """Return as many holes of each language, one a file while there are files."""
    random = Random(seed)
    languages = sorted({document.language for document in documents})
    holes = []
    for language in languages:
        files = [one for one in documents if one.language == language and len(one.text) > 200]
        random.shuffle(files)
        found = (hole_in(one, kind, random) for one, kind in zip(cycle(files), cycle(_KINDS)))
        holes += islice((hole for hole in found if hole), per_language if files else 0)
    return holes


def hole_in(document: Document, kind: str, random: Random) -> Hole | None:
    """Return a hole at a random line of a file; None where that line is too short for one."""
    lines = document.text.split("\n")
    first = random.randrange(len(lines))
    line, begin = lines[first], sum(len(one) + 1 for one in lines[:first])
    tokens = [match.start() for match in _TOKEN.finditer(line)]
    if len(tokens) < 3:
        return None
    start = begin + (random.choice(tokens[1:]) if kind == "rest of line" else tokens[0])
    last = first + (random.randint(1, MOST_LINES - 1) if kind == "lines" else 0)
    stop = begin + len("\n".join(lines[first : last + 1]))
    return Hole(document=document, kind=kind, start=start, end=stop)


_KINDS = ("rest of line", "line", "rest of line", "lines")
