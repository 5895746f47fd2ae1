"""What a sampler is told of the world: what rows cost, how many fit, how often drafts hold.

What was written before in the workspace is told too.

Plain numbers from the engine; a sampler that looks at none of them works all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from unmask_model.decoding.retrieval import Retrieval

BINS = 10
"""Drafted ids are counted by their stated chance, in tenths."""
PRIOR = 8.0
"""A stated chance counts as so many observations of itself."""
FADE = 0.995
"""What an old observation is worth when a new one comes: a few hundred count."""


class Acceptance:
    """How often drafted ids were right, against how often they were said to be."""

    def __init__(self) -> None:
        self._tried, self._right = [0.0] * BINS, [0.0] * BINS

    def note(self, stated: float, right: bool) -> None:
        """Take what became of one drafted id, all before it being right."""
        at = _bin(stated)
        self._tried[at] = self._tried[at] * FADE + 1
        self._right[at] = self._right[at] * FADE + right

    def chance(self, stated: float) -> float:
        """Return the chance of an id that is said to have the chance `stated`."""
        at = _bin(stated)
        return (PRIOR * stated + self._right[at]) / (PRIOR + self._tried[at])


def _bin(stated: float) -> int:
    return min(int(stated * BINS), BINS - 1)


def _free(rows: int) -> float:
    """Rows that cost nothing: a pass takes the same however many there are."""
    return 1.0


def _unlimited() -> int:
    return 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What rows cost here; by default nothing."""

    pass_ms: Callable[[int], float] = _free
    """Milliseconds that a pass of so many rows usually takes."""
    most_rows: Callable[[], int] = _unlimited
    """The most rows of a pass that would be in time now."""
    acceptance: Acceptance = field(default_factory=Acceptance)
    """What became of drafts so far."""
    retrieval: Retrieval | None = None
    """What the workspace said before; None where nothing is remembered."""
