"""Random holes in real source files, with the text that its author wrote in them.

Two kinds of file: a finished one, with text below the hole, and one that ends at the line that is
being typed, as a file does while it is written. Knows no model and nothing of what is shown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

CLOSER_OF = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A hole in a file."""

    kind: str
    """A name of `KINDS`."""
    left: str
    """Text before the hole."""
    true: str
    """What the author wrote there."""
    right: str
    """Text after the hole."""


class Lines:
    """A file's lines, to choose a hole among them."""

    def __init__(self, text: str, random: Random, most: int) -> None:
        self.lines = text.rstrip().split("\n")
        self.random = random
        self.most = most
        self.written = [at for at, line in enumerate(self.lines) if line.strip()]

    def rest_of_line(self) -> Cut:
        """From anywhere in a line to its end."""
        at = self.random.choice(self.written)
        column = self._column(self.lines[at])
        return self._cut("rest of line", at, column, self.lines[at][column:])

    def whole_line(self) -> Cut:
        """A line, with the white space before it or without."""
        at = self.random.choice(self.written)
        column = self._start(self.lines[at])
        return self._cut("whole line", at, column, self.lines[at][column:])

    def block(self) -> Cut:
        """A line and those that belong to it: deeper ones, and what closes them."""
        at = self.random.choice(self.written)
        column = self._start(self.lines[at])
        block = "\n".join(self.lines[at : at + self._height(at)])
        return self._cut("block", at, column, block[column:])

    def opener(self) -> Cut | None:
        """From inside a line that opens something, with no text below it yet."""
        at = self._opening()
        if at is None:
            return None
        column = self._column(self.lines[at])
        block = "\n".join(self.lines[at : at + self._height(at)])
        return self._unfinished("opener", at, column, block[column:], "")

    def closed_opener(self) -> Cut | None:
        """The same behind a bracket that the editor has closed."""
        at = self._opening()
        if at is None:
            return None
        block = "\n".join(self.lines[at : at + self._height(at)])
        line = self.lines[at]
        places = [
            (column, inner)
            for column, mark in enumerate(line)
            if mark in CLOSER_OF and (inner := _inner(block, column)) is not None
        ]
        if not places:
            return None
        column, inner = self.random.choice(places)
        return self._unfinished("closed opener", at, column + 1, inner, CLOSER_OF[line[column]])

    def _opening(self) -> int | None:
        heads = [
            at
            for at, below in zip(self.written, self.written[1:], strict=False)
            if _depth(self.lines[below]) > _depth(self.lines[at])
        ]
        return self.random.choice(heads) if heads else None

    def _start(self, line: str) -> int:
        """Where a line or its code starts."""
        return self.random.choice((0, len(line) - len(line.lstrip())))

    def _column(self, line: str) -> int:
        first = len(line) - len(line.lstrip())
        return self.random.randrange(first + 1, len(line)) if len(line) > first + 1 else first

    def _height(self, at: int) -> int:
        """How many lines belong to a line."""
        own, height = _depth(self.lines[at]), 1
        for line in self.lines[at + 1 : at + self.most]:
            if line.strip() and _depth(line) <= own:
                closes = _depth(line) == own and line.strip()[0] in ")]}" and height > 1
                return height + closes
            height += 1
        while height > 1 and not self.lines[at + height - 1].strip():
            height -= 1
        return height

    def _cut(self, kind: str, at: int, column: int, true: str) -> Cut:
        text = "\n".join(self.lines) + "\n"
        start = sum(len(line) + 1 for line in self.lines[:at]) + column
        return Cut(kind=kind, left=text[:start], true=true, right=text[start + len(true) :])

    def _unfinished(self, kind: str, at: int, column: int, true: str, right: str) -> Cut:
        left = "\n".join([*self.lines[:at], self.lines[at][:column]])
        return Cut(kind=kind, left=left, true=true, right=right + "\n")


KINDS: dict[str, Callable[[Lines], Cut | None]] = {
    "rest of line": Lines.rest_of_line,
    "whole line": Lines.whole_line,
    "block": Lines.block,
    "opener": Lines.opener,
    "closed opener": Lines.closed_opener,
}


def cuts_of(text: str, random: Random, *, most: int, each: int) -> Iterator[Cut]:
    """So many holes of each kind in a file, none longer than `most` lines."""
    lines = Lines(text, random, most)
    for draw in KINDS.values():
        for _ in range(each if lines.written else 0):
            cut = draw(lines)
            if cut is not None and cut.true.strip():
                yield cut


def _inner(block: str, column: int) -> str | None:
    """What stands between a bracket and the one that closes it; brackets in strings count too."""
    wanted: list[str] = []
    for end in range(column, len(block)):
        if block[end] in CLOSER_OF:
            wanted.append(CLOSER_OF[block[end]])
        elif block[end] in CLOSER_OF.values():
            if block[end] != wanted.pop():
                return None
            if not wanted:
                return block[column + 1 : end]
    return None


def _depth(line: str) -> int:
    return len(line.expandtabs()) - len(line.expandtabs().lstrip())
