"""Milliseconds of the stages of a piece of work, one after the other."""

from time import perf_counter


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._lap = perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage; the next one begins."""
        now = perf_counter()
        self.ms[stage] = (now - self._lap) * 1000
        self._lap = now
