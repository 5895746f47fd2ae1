"""Places in a text as LSP counts them: a line, and code units into it (LSP 3.18, Position).

Nothing here knows where lines end; that is `documents`.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate


class Encoding(StrEnum):
    """What one unit of `Position.unit` is; client and server agree on it in `initialize`."""

    UTF8 = "utf-8"
    """Bytes of UTF-8."""
    UTF16 = "utf-16"
    """UTF-16 code units; the protocol's default."""
    UTF32 = "utf-32"
    """Unicode code points, which are Python's characters."""

    def width(self, character: str) -> int:
        """Units one character takes. Lone surrogates, which JSON can carry, count as characters."""
        point = ord(character)
        if self is Encoding.UTF8:
            return 1 + (point > 0x7F) + (point > 0x7FF) + (point > 0xFFFF)
        if self is Encoding.UTF16:
            return 1 + (point > 0xFFFF)
        return 1

    def units(self, text: str) -> int:
        """Units of a whole text."""
        if self is Encoding.UTF32 or text.isascii():
            return len(text)
        return sum(map(self.width, text))

    def characters(self, line: str, units: int) -> int:
        """Characters in the first `units` of a line; the middle of a character is its start."""
        if self is Encoding.UTF32 or line.isascii():
            return max(0, min(units, len(line)))
        return sum(end <= units for end in accumulate(map(self.width, line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place between two characters."""

    line: int
    """Line, from 0."""
    unit: int
    """Code units from the start of the line, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a text."""

    text: str
    """What is there afterwards."""
    start: Position | None = None
    """Where the replaced text starts; None replaces the whole document."""
    end: Position | None = None
    """Where the replaced text ends; None with `start`."""
