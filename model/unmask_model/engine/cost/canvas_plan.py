"""How to spend the time a request has: how much context is read, how long its canvas is.

Without a deadline everything is as large as the model takes it, so that answers are reproducible.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST_CANVAS = 96
"""Most places of a canvas, whatever a model takes."""
SHORTEST_CANVAS = 8
"""Fewest places worth a pass, unless fewer are asked for."""
SHORTEST_CHECK = 2
"""Rows of the smallest pass that is worth a context: one that checks, one that guesses."""
PLACES_A_PASS = 4
"""A canvas is so long that each of its passes commits so many places on average."""
SMALLEST_WINDOW = 64
"""Fewest context tokens worth reading."""
ANSWER_MS = 5.0
"""Kept back for turning the block into an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasPlan:
    """A canvas and how often it can be gone over."""

    places: int
    """Length of the canvas."""
    passes: int
    """Passes that fit; 0 means as many as needed."""


def windows(window: int) -> list[int]:
    """Return the window sizes to choose from, largest first."""
    sizes = [window]
    while sizes[-1] // 2 >= SMALLEST_WINDOW:
        sizes.append(sizes[-1] // 2)
    return sizes


def first_that_fits(read_ms: Sequence[float], pass_ms: Sequence[float], left_ms: float) -> int:
    """Return the index of the first window that leaves time for two passes, else the cheapest.

    Of each window, most wanted first, it is told what reading it takes, and what a pass behind it.
    """
    costs = [read + 2 * one for read, one in zip(read_ms, pass_ms, strict=True)]
    fitting = (index for index, cost in enumerate(costs) if cost <= left_ms)
    return next(fitting, costs.index(min(costs)))


def checks(most: int, left_ms: float, check_ms: float) -> CanvasPlan | None:
    """Return the canvas of a sampler that goes from left to right; None if no pass fits.

    Its passes have the rows it asks for, so that a long canvas costs no more than a short one.
    """
    if left_ms == float("inf"):
        return CanvasPlan(places=most, passes=0)
    passes = int((left_ms - ANSWER_MS) / check_ms) if check_ms else most
    return CanvasPlan(places=most, passes=passes) if passes > 0 else None


def longest_canvas(block: int) -> int:
    """Return the most places of a canvas for a model that takes `block`."""
    return min(block, LONGEST_CANVAS)


def plan_canvas(
    most: int,
    left_ms: float,
    pass_ms: Callable[[int], float],
    first_ms: Callable[[int], float] = lambda _: 0.0,
) -> CanvasPlan | None:
    """Return the longest canvas of at most `most` places that fits, None if no pass does.

    `left_ms` is the time there is, infinite without a deadline; `pass_ms` says what a pass takes
    over canvases of so many places, `first_ms` what has to be done before there is one.
    """
    if left_ms == float("inf"):
        return CanvasPlan(places=most, passes=0)
    shorter = range(most - 1 - (most - 1) % SHORTEST_CANVAS, 0, -SHORTEST_CANVAS)
    for places in (most, *shorter):
        each = pass_ms(places)
        passes = max(0, int((left_ms - ANSWER_MS - first_ms(places)) / each)) if each else places
        if passes * PLACES_A_PASS >= places:
            return CanvasPlan(places=places, passes=passes)
    return CanvasPlan(places=places, passes=passes) if passes else None
