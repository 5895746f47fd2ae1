"""Milliseconds of each stage of an answer."""

from unmask_model.protocol.deadline import Clock


class Stages:
    """A stopwatch with a name for every lap."""

    def __init__(self, clock: Clock, started: float) -> None:
        self._clock = clock
        self._started = self._lap = started
        self._ms: dict[str, float] = {}

    def end(self, stage: str) -> None:
        """Note that `stage` took the time since the stage before it ended."""
        now = self._clock()
        self._ms[stage] = (now - self._lap) * 1000
        self._lap = now

    @property
    def ms(self) -> dict[str, float]:
        """Milliseconds of the stages so far, and `total`."""
        return {**self._ms, "total": (self._clock() - self._started) * 1000}
