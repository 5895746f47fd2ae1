"""Says the progress of long work in lines for programs and logs: `reading: 42 %`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def progress_lines(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Give a callback for (stage, bytes done, bytes in all)."""
    said = ""

    def show(stage: str, done: int, total: int) -> None:
        nonlocal said
        line = f"{stage}: {100 * done // total} %" if total else stage
        if line != said:
            said = line
            console.print(line, highlight=False, markup=False, soft_wrap=True)

    yield show
