"""When an answer is due, by a clock that is handed in."""

from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Seconds since some moment; never goes backwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A budget that runs from the receipt of a request."""

    clock: Clock
    """What tells the time."""
    received: float
    """When the request came, by the clock."""
    budget_ms: float
    """Milliseconds from then; 0 means for ever."""

    @property
    def left_ms(self) -> float:
        """Milliseconds that are left; infinite without a budget, negative when it is over."""
        if not self.budget_ms:
            return float("inf")
        return self.budget_ms - (self.clock() - self.received) * 1000
