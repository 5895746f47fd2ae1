"""How sure a figure is: intervals from resampling problems, not rows.

Rows of one problem stand or fall together, so the bootstrap draws whole problems. Variants that
answered the same rows are compared on the same draws, which is what makes the comparison paired.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWS = 10_000
TAIL = 2.5
"""Per cent cut off at each side: a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure and where it would lie, 95 times of 100, on other problems of the same kind."""

    value: float
    """On the problems there are."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""

    def text(self, scale: float = 1.0, digits: int = 1) -> str:
        """Return `value (low to high)`, each multiplied by `scale`."""
        value, low, high = (
            f"{scale * number:.{digits}f}" for number in (self.value, self.low, self.high)
        )
        return f"{value} ({low} to {high})"


def mean(values: ArrayLike, problems: Sequence[str], seed: int = 0) -> Interval:
    """Return the mean of one value a row."""
    return _ratio_of_sums(values, np.ones(len(problems)), problems, seed)


def difference(
    one: ArrayLike, other: ArrayLike, problems: Sequence[str], seed: int = 0
) -> Interval:
    """Return the mean of `one` minus `other` over the same rows."""
    return mean(np.subtract(one, other, dtype=float), problems, seed)


def ratio(one: ArrayLike, other: ArrayLike, problems: Sequence[str], seed: int = 0) -> Interval:
    """Return the mean of `one` divided by the mean of `other` over the same rows."""
    return _ratio_of_sums(one, other, problems, seed)


def _ratio_of_sums(
    over: ArrayLike, under: ArrayLike, problems: Sequence[str], seed: int
) -> Interval:
    names, problem = np.unique(np.asarray(problems), return_inverse=True)
    count = len(names)
    sums = [
        np.bincount(problem, np.asarray(column, float), minlength=count) for column in (over, under)
    ]  # (problems,) each
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), DRAWS)
    low, high = np.percentile(_divide(draws @ sums[0], draws @ sums[1]), [TAIL, 100 - TAIL])
    value = _divide(sums[0].sum(), sums[1].sum())
    return Interval(value=float(value), low=float(low), high=float(high))


def _divide(over: ArrayLike, under: ArrayLike) -> NDArray[np.float64]:
    """Return `over / under`; what is divided by nothing is not a number, without a warning."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(over, under, dtype=np.float64)
