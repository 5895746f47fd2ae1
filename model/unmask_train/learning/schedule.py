"""The learning rate over the time of a run: up in a straight line, then down a cosine to zero."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Rates by seconds spent."""

    seconds: float
    """Length of the run."""
    warm_up: float
    """Share of it in which the rate rises."""
    highest: float
    """Rate at the end of the rise."""

    def rate(self, spent: float) -> float:
        """Return the learning rate after `spent` seconds."""
        share = min(spent / self.seconds, 1.0)
        if share < self.warm_up:
            return self.highest * (share / self.warm_up + 0.02)
        return (
            self.highest
            * 0.5
            * (1 + math.cos(math.pi * (share - self.warm_up) / (1 - self.warm_up)))
        )

    def over(self, spent: float) -> bool:
        """Whether the time is spent."""
        return spent >= self.seconds
