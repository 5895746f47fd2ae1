"""Milliseconds of each stage of an answer, and of the processor's work for it."""

import time

from unmask_model.protocol.deadline import Clock


class Stages:
    """A stopwatch with a name for every lap."""

    def __init__(self, clock: Clock, started: float, work: Clock = time.process_time) -> None:
        self._clock, self._work, self._worked = clock, work, work()
        self._started = self._lap = started
        self._ms: dict[str, float] = {}

    def end(self, stage: str) -> None:
        """Note that `stage` took the time since the stage before it ended."""
        now = self._clock()
        self._ms[stage] = (now - self._lap) * 1000
        self._lap = now

    @property
    def ms(self) -> dict[str, float]:
        """Milliseconds of the stages so far, `total`, and `cpu`: of all threads of this process."""
        total, cpu = self._clock() - self._started, self._work() - self._worked
        return {**self._ms, "total": total * 1000, "cpu": cpu * 1000}
