"""The listener of this room: told how the engine is and how far a model is, asked for consent."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from unmask_lsp.engine.status import Status

Report = Callable[[str, float | None], None]
"""Called with words and the share that is done, 0 to 1; None where it cannot be known."""


class EngineListener(Protocol):
    """Told how the engine is and how far a model is on its way; asked what the person wants."""

    def warn(self, message: str) -> None:
        """Something the person should know; the same message is shown only once."""
        ...

    def status(self, status: Status) -> None:
        """How the engine is now."""
        ...

    def progress(self, model: str, title: str) -> AbstractAsyncContextManager[Report]:
        """While the block runs, a model is on its way; the block reports how far it is."""
        ...

    async def ask(self, question: str, *answers: str) -> str | None:
        """Return one of the answers; None if the client cannot ask or the person does not say."""
        ...
