"""A language server on stdin and stdout whose engine answers at once: what is left is overhead."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from tempfile import TemporaryDirectory

from unmask_lsp.engine.listener import Report
from unmask_lsp.server.server import build, run
from unmask_lsp.stats.stats_file import StatsFile
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult, StopReason

BLOCK = "total = one + other"
"""What is answered to every request."""


class InstantEngine:
    """Answers with the same block, however often it is asked."""

    sends_to = ""
    is_own = False

    async def fill(
        self, request: InfillRequest
    ) -> AsyncGenerator[BlockSnapshot | InfillResult, None]:
        """Yield the result."""
        yield InfillResult(text=BLOCK, stop_reason=StopReason.END, ms={"total": 0.0})

    async def aclose(self) -> None:
        """Hold nothing."""


async def connect(server: str, model: str, report: Report) -> InstantEngine:
    """Reach the engine."""
    return InstantEngine()


async def end(model: str) -> None:
    """End nothing."""


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        counts = StatsFile(Path(folder) / "stats.json")
        server = build(connect, end, lambda model: "nothing", lambda model: True, counts)
        sys.exit(run(server, sys.stdout.buffer))
