"""A page for people: a title, sentences and tables; as Markdown, or as lines of plain text."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

WIDTH = 78
"""Most characters of a line of plain text, but for tables."""
Row = Sequence[str]


@dataclass(slots=True, kw_only=True)
class Page:
    """Parts in order; what is empty is left out."""

    title: str
    """What the page says above all."""
    _parts: list[str | tuple[Row, ...]] = field(default_factory=list)

    def head(self, words: str) -> Self:
        """Begin a section."""
        self._parts.append(f"## {words}")
        return self

    def say(self, words: str) -> Self:
        """Add a paragraph, in Markdown."""
        if words:
            self._parts.append(words)
        return self

    def table(self, head: Row, rows: Iterable[Row], otherwise: str = "") -> Self:
        """Add rows under a head, which may be empty; or a paragraph if there are none."""
        found = tuple(rows)
        if not found:
            return self.say(otherwise)
        self._parts.append((head, *found))
        return self

    def markdown(self) -> str:
        """The page for clients: paragraphs, sections and tables."""
        parts = [part if isinstance(part, str) else _markdown(part) for part in self._parts]
        return "\n\n".join([f"# {self.title}", *parts]) + "\n"

    def text(self) -> str:
        """The page for a terminal: underlined titles, and tables in columns."""
        return "\n\n".join([_underlined(self.title, "="), *map(_plain, self._parts)]) + "\n"


def _markdown(rows: tuple[Row, ...]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *body])


def _plain(part: str | tuple[Row, ...]) -> str:
    if not isinstance(part, str):
        return "\n".join(_columns(part))
    words = part.replace("`", "").replace("**", "")
    if words.startswith("## "):
        return _underlined(words.removeprefix("## "), "-")
    return textwrap.fill(words, WIDTH)


def _underlined(words: str, line: str) -> str:
    words = textwrap.fill(words.replace("`", ""), WIDTH)
    return f"{words}\n{line * max(map(len, words.splitlines()))}"


def _columns(rows: tuple[Row, ...]) -> Iterator[str]:
    shown = [[cell.replace("`", "") for cell in row] for row in rows if any(row)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()
