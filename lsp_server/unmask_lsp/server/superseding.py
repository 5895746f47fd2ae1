"""The newest request of a document wins; the older ones for the same purpose are cancelled."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any


class Purpose(StrEnum):
    """What a request is for; but for the last, one purpose does not cancel another."""

    COMPLETION = "completion"
    """What an editor asks while somebody types."""
    EDIT = "edit"
    """What a person asked for by name."""
    NEXT = "next"
    """What is only prepared; it gives way to everything else."""


class Latest:
    """The one request that is running for each document and purpose."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, Purpose], asyncio.Task[Any]] = {}

    @contextmanager
    def claim(self, uri: str, purpose: Purpose = Purpose.COMPLETION) -> Iterator[None]:
        """Be the document's newest request while the block runs; must be inside a task."""
        task = asyncio.current_task()
        assert task is not None
        self._cancel(uri, Purpose.NEXT)
        self._cancel(uri, purpose)
        self._running[uri, purpose] = task
        try:
            yield
        finally:
            self._end(uri, purpose, task)

    def begin(self, uri: str, work: Coroutine[Any, Any, None]) -> None:
        """Do what is only prepared, beside all else: from now on whatever comes takes it back."""
        self._cancel(uri, Purpose.NEXT)
        task = self._running[uri, Purpose.NEXT] = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._end(uri, Purpose.NEXT, task))

    def cancel(self, uri: str) -> None:
        """Cancel what is running for a document: its text is another now."""
        for purpose in Purpose:
            self._cancel(uri, purpose)

    def _end(self, uri: str, purpose: Purpose, task: asyncio.Task[Any]) -> None:
        if self._running.get((uri, purpose)) is task:
            del self._running[uri, purpose]

    def _cancel(self, uri: str, purpose: Purpose) -> None:
        if task := self._running.pop((uri, purpose), None):
            task.cancel()
