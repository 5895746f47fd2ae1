"""When the status says "busy": not at every key, only when a person waits.

Editors redraw their status item with every change; one that flashes at each key is useless.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BUSY_AFTER_S = 0.5
"""Answers that come sooner are not waited for: most come within the latency budget."""


class BusyDelay:
    """Counts the answers that are awaited, and says so if one is long in coming."""

    def __init__(self, on_busy: Callable[[], None], on_calm: Callable[[], None]) -> None:
        self._on_busy = on_busy
        self._on_calm = on_calm
        self._awaited = 0
        self._is_shown = False
        self._waiting: asyncio.TimerHandle | None = None

    @contextmanager
    def answering(self) -> Iterator[None]:
        """An answer is awaited; needs a running event loop."""
        self._awaited += 1
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(BUSY_AFTER_S, self._show)
        try:
            yield
        finally:
            self._awaited -= 1
            if not self._awaited:
                self._hide()

    def _show(self) -> None:
        self._is_shown = True
        self._on_busy()

    def _hide(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        was_shown, self._is_shown, self._waiting = self._is_shown, False, None
        if was_shown:
            self._on_calm()
