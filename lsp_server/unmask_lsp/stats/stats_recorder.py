"""Counts what happens in this server, and adds it to the user's file from time to time."""

import asyncio
import logging

from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_model.protocol.errors import StateUnusable

SAVE_AFTER_S = 10.0
"""Seconds from the first count that is not in the file until it is."""

logger = logging.getLogger(__name__)


class StatsRecorder:
    """The counts since they were last written."""

    def __init__(self, file: StatsFile) -> None:
        self._file = file
        self._new = Counts()
        self._saving: asyncio.Task[None] | None = None

    @property
    def new(self) -> Counts:
        """What is not in the file yet; callers may add to it, and it is soon written."""
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_later())
        return self._new

    def request(self, trace: RequestTrace) -> None:
        """Count a request that was answered."""
        new = self.new
        if isinstance(trace.outcome, SilenceReason):
            new.hide(trace.outcome.value)
        elif trace.result is None:
            new.typed_through += 1
            new.time("typed through", sum(trace.ms.values()))
        if trace.result is not None:
            new.asked += trace.requests
            new.tokens += trace.result.tokens
            new.cpu_ms += trace.result.ms.get("cpu", 0.0)
            new.remembered += min(trace.result.remembered, trace.result.tokens)
            engine = {f"engine: {stage}": ms for stage, ms in trace.result.ms.items()}
            for stage, ms in (trace.ms | engine).items():
                new.time(stage, ms)

    async def save(self) -> None:
        """Write what is new; what cannot be written now is written the next time."""
        counts, self._new = self._new, Counts()
        try:
            await asyncio.to_thread(self._file.add, counts)
        except StateUnusable as error:
            logger.warning("%s", error)
            self._new.add(counts)

    async def total(self) -> Counts:
        """All counts of the user; raises StateUnusable."""
        await self.save()
        return await asyncio.to_thread(self._file.read)

    async def erase(self) -> None:
        """Forget all counts of the user; raises StateUnusable."""
        self._new = Counts()
        await asyncio.to_thread(self._file.erase)

    async def close(self) -> None:
        """Write what is new, at once."""
        if self._saving is not None:
            self._saving.cancel()
            await self.save()

    async def _save_later(self) -> None:
        await asyncio.sleep(SAVE_AFTER_S)
        await self.save()
