"""The language server as `unmask lsp` starts it, with every request to the engine counted.

Run as a program, with a file as argument, which grows by a byte a request.
"""

import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

from unmask_lsp.engine_link import Client
from unmask_lsp.server import build
from unmask_model.engine_process import end_engine, ensure_engine
from unmask_model.request import Draft, InfillRequest, InfillResult


class Counted:
    """A connection to an engine that notes what goes through it."""

    def __init__(self, client: Client, notes: Path) -> None:
        self._client = client
        self._notes = notes

    async def fill(self, request: InfillRequest) -> AsyncGenerator[Draft | InfillResult, None]:
        """Note, and pass on."""
        with self._notes.open("ab") as notes:
            notes.write(b".")
        async with aclosing(self._client.fill(request)) as events:
            async for event in events:
                yield event

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)


def serve(notes: Path) -> None:
    """Serve an editor over stdin and stdout."""

    async def connect(model: str, report: Callable[[str, float | None], None]) -> Counted:
        return Counted(await ensure_engine(model, report), notes)

    build(connect, end_engine, lambda model: 0).start_io()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
