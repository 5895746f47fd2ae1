"""Who wants an engine to stay: an editor holds a connection, and lets go when it is off or gone.

Nobody has to say goodbye: a connection ends with its process too. An engine that nobody ever held
is not abandoned; its users are of another kind.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from time import perf_counter


class Leases:
    """Counts those who hold, and knows how long there have been none."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._count = 0
        self._abandoned_at: float | None = None
        self._dismissed = asyncio.Event()

    @property
    def abandoned_s(self) -> float:
        """Seconds since the last one let go; 0 while somebody holds, or if nobody ever did."""
        return 0.0 if self._abandoned_at is None else self._clock() - self._abandoned_at

    async def hold(self) -> AsyncGenerator[bytes, None]:
        """Hold until this is closed, cancelled or dismissed; until then nothing is yielded."""
        self._count += 1
        self._abandoned_at = None
        try:
            await self._dismissed.wait()
        finally:
            self._count -= 1
            if not self._count:
                self._abandoned_at = self._clock()
        yield b""

    def dismiss(self) -> None:
        """Let all go: the engine ends."""
        self._dismissed.set()
