"""How often what followed a match is right, by what kind of match it is; learned on while working.

What is counted is a ratio: of all the agreement that was seen in such a case (1 where all places
say the same, less where they differ), how much went with a right id. So one number for each case
serves places that agree and places that do not. The counts begin with those of
`benchmarks/retrieval.py --fit` over packages that no test and no evaluation reads.
"""

from dataclasses import dataclass

from unmask_model.memory.segment import DEPTH

LEAST, MOST = 0.01, 0.98
"""Bounds of a chance: nothing is certain."""
PRIOR = 40.0
"""How many drafts the counts at the start are worth."""
HORIZON = 400.0
"""Drafts after which earlier ones count half: a project changes, and so does who works in it."""

Rates = tuple[float, ...]
"""Chances by the length of the match from 1 to DEPTH, where all places agree."""

NEAR_ALONE: Rates = (0.20, 0.42, 0.56, 0.59, 0.69, 0.77, 0.77, 0.72, 0.81, 0.79, 0.82, 0.88)
NEAR_AGREED: Rates = (0.20, 0.64, 0.67, 0.70, 0.85, 0.89, 0.84, 0.95, 0.90, 0.92, 0.91, 0.96)
FAR_ALONE: Rates = (0.20, 0.21, 0.40, 0.42, 0.62, 0.70, 0.69, 0.72, 0.75, 0.79, 0.82, 0.94)
FAR_AGREED: Rates = (0.20, 0.50, 0.61, 0.73, 0.74, 0.86, 0.84, 0.90, 0.85, 0.92, 0.93, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a drafted id before it is checked."""

    near: bool
    """Whether it stood in the file that is written."""
    alone: bool
    """Whether there was one such place only."""
    length: int
    """How many ids before it are the same, from 1 on."""
    share: float
    """Share of the places, by their weight, that say the same id."""


class Chances:
    """What was seen so far, by case; it begins with what `prior` drafts would have shown."""

    def __init__(self, prior: float = PRIOR, horizon: float = HORIZON) -> None:
        begun = {
            (True, True): NEAR_ALONE,
            (True, False): NEAR_AGREED,
            (False, True): FAR_ALONE,
            (False, False): FAR_AGREED,
        }
        self._horizon = horizon
        self._right = {kind: [prior * rate for rate in rates] for kind, rates in begun.items()}
        self._seen = {kind: [prior] * DEPTH for kind in begun}

    def of(self, case: Case) -> float:
        """Return how likely an id is right, 0 to 1."""
        return min(max(case.share * self.rate(case), LEAST), MOST)

    def rate(self, case: Case) -> float:
        """Return how likely it would be right if all places said so."""
        kind, at = (case.near, case.alone), min(case.length, DEPTH) - 1
        return self._right[kind][at] / self._seen[kind][at]

    def learn(self, case: Case, *, right: bool) -> None:
        """Take note of an id that was checked."""
        kind, at = (case.near, case.alone), min(case.length, DEPTH) - 1
        self._right[kind][at] += right
        self._seen[kind][at] += case.share
        if self._seen[kind][at] > self._horizon:
            self._right[kind][at] /= 2
            self._seen[kind][at] /= 2
