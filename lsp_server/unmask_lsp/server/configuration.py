"""A client's settings: those of its window, and those of each document that is open.

A client that can be asked is asked for both; languages and folders may have settings of their own.
"""

import asyncio
from collections.abc import Mapping

from unmask_lsp.settings import Settings, Spelling, read

TIMEOUT_S = 1.0
"""Seconds a client may take to answer with its settings; then the ones known are used."""


class Configuration:
    """The settings that hold now."""

    def __init__(self) -> None:
        self.window = Settings()
        self.initial: object = None
        self.spelling = Spelling.CAMEL
        self.is_known = asyncio.Event()
        self._was_told = False
        self._documents: dict[str, Settings] = {}
        self._asked: dict[str, asyncio.Task[None]] = {}

    def of(self, uri: str) -> Settings:
        """The settings of a document; the window's where it has none of its own."""
        return self._documents.get(uri, self.window)

    def take(self, values: object) -> tuple[str, ...]:
        """Take over the window's settings; returns what a person must be told of them."""
        self.window, messages = read(values, self.spelling)
        for uri, own in self._documents.items():
            self._documents[uri] = self.window.for_document(own)
        return messages

    def answered(self, values: object) -> object:
        """What the client's answer means; nothing, again, means as at the start."""
        was_told, self._was_told = self._was_told, bool(values)
        return values or (self.initial if was_told else None)

    def take_documents(self, values: Mapping[str, object]) -> tuple[str, ...]:
        """Take over settings of documents, by their URIs; nothing means the window's."""
        told: list[str] = []
        for uri, given in values.items():
            self._documents.pop(uri, None)
            if given:
                own, messages = read(given, self.spelling)
                self._documents[uri] = self.window.for_document(own)
                told.extend(messages)
        return tuple(told)

    def asking(self, uri: str, task: "asyncio.Task[None]") -> None:
        """The client is being asked for the settings of a document; completions wait for it."""
        self._asked[uri] = task

    def forget(self, uri: str) -> None:
        """Forget a document."""
        self._documents.pop(uri, None)
        self._asked.pop(uri, None)

    async def settle(self, uri: str) -> None:
        """Wait for the client's settings, but not for ever."""
        if not self.is_known.is_set():
            try:
                await asyncio.wait_for(self.is_known.wait(), TIMEOUT_S)
            except TimeoutError:
                self.is_known.set()
        if task := self._asked.pop(uri, None):
            await asyncio.wait({task}, timeout=TIMEOUT_S)
