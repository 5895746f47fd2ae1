"""Draws the progress of long work on a person's terminal, on stderr: stdout is for answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from unmask_model.protocol.request import BlockSnapshot

Show = Callable[[BlockSnapshot | None], None]
"""Told how a block stands; None before there is anything of it."""
LONGEST = 60
"""Characters of a block's last line that are shown."""


@contextmanager
def progress_bar(console: Console | None = None) -> Iterator[Callable[[str, int, int], None]]:
    """Give a callback for (stage, bytes done, bytes in all): a bar a stage, news as lines."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    bars: dict[str, TaskID] = {}
    console = console or Console(stderr=True)
    # Elsewhere than on a terminal it would draw nothing but an empty line.
    silent = not console.is_terminal
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=silent) as drawn:

        def show(stage: str, done: int, total: int) -> None:
            if not total:
                drawn.console.print(stage, highlight=False, markup=False, soft_wrap=True)
                return
            if stage not in bars:
                bars[stage] = drawn.add_task(stage, total=total)
            drawn.update(bars[stage], completed=done, total=total)

        yield show


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
