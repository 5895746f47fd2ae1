"""Shows on a person's terminal, on stderr, how far a block is while it is being filled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from unmask_model.protocol.request import BlockSnapshot

Show = Callable[[BlockSnapshot | None], None]
"""Told how a block stands; None before there is anything of it."""
LONGEST = 60
"""Characters of a block's last line that are shown."""


@contextmanager
def block_progress(console: Console | None = None) -> Iterator[Show]:
    """Give a callback; nothing is drawn before it is called, nor elsewhere than on a terminal."""
    drawn = (console or Console(stderr=True)).status("")

    def show(snapshot: BlockSnapshot | None) -> None:
        drawn.update(escape(_words(snapshot)))
        drawn.start()

    try:
        yield show
    finally:
        drawn.stop()


def _words(snapshot: BlockSnapshot | None) -> str:
    if snapshot is None:
        return "reading the code around the hole"
    settled = snapshot.text.rstrip()
    number, line = settled.count("\n") + 1, settled.rpartition("\n")[2].strip()
    return f"line {number}, {snapshot.masked} places to fill: {line[:LONGEST]}"
