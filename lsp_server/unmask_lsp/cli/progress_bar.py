"""Draws the progress of long work on a person's terminal, on stderr: stdout is for answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


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
