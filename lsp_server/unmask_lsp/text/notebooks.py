"""Notebooks: the cells of one are context of each other.

A cell is a document of its own to the client, and stays one. For the model its text stands between
the cells above and below it that are in the same language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from unmask_lsp.text.documents import Documents, Snapshot, with_newlines

MOST_NOTEBOOKS = 256
"""Notebooks that are followed."""
MOST_CELLS = 10_000
"""Cells of a notebook that are followed."""


class Notebooks:
    """The cells of the open notebooks, by URI and in their order."""

    def __init__(self) -> None:
        self._cells: dict[str, list[str]] = {}

    def open(self, uri: str, cells: Iterable[str]) -> None:
        """Start to follow a notebook; of too many the one opened longest ago is forgotten."""
        self._cells.pop(uri, None)
        self._cells[uri] = list(islice(cells, MOST_CELLS))
        while len(self._cells) > MOST_NOTEBOOKS:
            del self._cells[next(iter(self._cells))]

    def splice(self, uri: str, start: int, removed: int, cells: Sequence[str]) -> None:
        """Put cells in the place of others; a notebook that is not open is ignored."""
        followed = self._cells.get(uri, [])
        followed[start : start + removed] = cells
        del followed[MOST_CELLS:]

    def close(self, uri: str) -> list[str]:
        """Forget a notebook; return the cells it had."""
        return self._cells.pop(uri, [])

    def around(self, snapshot: Snapshot, documents: Documents) -> Snapshot:
        """A snapshot of a cell as one of its notebook; of any other document as it is."""
        for cells in self._cells.values():
            if snapshot.uri in cells:
                at = cells.index(snapshot.uri)
                above = _texts(cells[:at], snapshot.language, documents)
                below = _texts(cells[at + 1 :], snapshot.language, documents)
                return _between("".join(f"{text}\n" for text in above), snapshot, below)
        return snapshot


def _texts(cells: Iterable[str], language: str, documents: Documents) -> list[str]:
    found = filter(None, map(documents.get, cells))
    return [cell.text() for cell in found if cell.language == language]


def _between(above: str, snapshot: Snapshot, below: Iterable[str]) -> Snapshot:
    """The same line of the same cell, further down in a longer text."""
    after = "".join(f"\n{text}" for text in below)
    return replace(
        snapshot,
        text=above + snapshot.text + after,
        cursor=len(above) + snapshot.cursor,
        line_start=len(above) + snapshot.line_start,
        lines_above=with_newlines(above).count("\n"),
        above=len(above),
        below=len(after),
    )
