"""The newest request of a document wins; the older ones are cancelled."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Latest:
    """The one request that is running for each document."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[Any]] = {}

    @contextmanager
    def claim(self, uri: str) -> Iterator[None]:
        """Be the document's newest request while the block runs; must be inside a task."""
        task = asyncio.current_task()
        assert task is not None
        self.cancel(uri)
        self._running[uri] = task
        try:
            yield
        finally:
            if self._running.get(uri) is task:
                del self._running[uri]

    def cancel(self, uri: str) -> None:
        """Cancel what is running for a document: its text or the cursor is another now."""
        if task := self._running.pop(uri, None):
            task.cancel()
