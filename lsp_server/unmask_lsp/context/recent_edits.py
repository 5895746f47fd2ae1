"""Recent edits: a few regions, each as it was when the next one was begun."""

from collections import deque

from unmask_lsp.text.documents import Document

REGIONS = 6
"""Regions that are remembered."""
ABOVE, BELOW = 5, 3
"""Lines of a region around the line that was edited last; an edit as near goes on with it."""


class RecentEdits:
    """The regions a user worked on, over all documents."""

    def __init__(self) -> None:
        self._left: deque[tuple[str, str]] = deque(maxlen=REGIONS)
        self._now: tuple[Document, int] | None = None

    def note(self, document: Document, line: int) -> None:
        """Say which line of a document is about to be edited."""
        if self._now is not None:
            last, edited = self._now
            if last is not document or not -ABOVE <= line - edited <= ABOVE:
                self._left.appendleft(_region(last, edited))
        self._now = document, line

    def regions(self) -> list[tuple[str, str]]:
        """URI and text of each region, the one that is edited now first."""
        return [*([_region(*self._now)] if self._now else []), *self._left]


def _region(document: Document, line: int) -> tuple[str, str]:
    lines = document.lines[max(0, line - ABOVE) : line + BELOW + 1]
    return document.uri, "".join(lines).strip("\r\n")
