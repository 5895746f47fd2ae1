"""How to spend the time a request has: how much context is read, how long its canvas is.

Without a deadline everything is as large as the model takes it, so that answers are reproducible.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from unmask_model.timings import Timings

LONGEST_CANVAS = 96
"""Most places of a canvas, whatever a model takes."""
SHORTEST_CANVAS = 8
"""Fewest places worth a pass, unless fewer are asked for."""
PLACES_A_PASS = 4
"""A canvas is so long that each of its passes commits so many places on average."""
SMALLEST_WINDOW = 64
"""Fewest context tokens worth reading."""
ANSWER_MS = 5.0
"""Kept back for turning the block into an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
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


def largest_read(unread: Sequence[int], left_ms: float, timings: Timings, canvases: int) -> int:
    """Return the index of the first read that leaves time for a canvas, else the last one's.

    `unread` holds the tokens each choice has to read, most wanted first; `left_ms` is the time
    there is.
    """
    for index, tokens in enumerate(unread):
        left = left_ms - timings.read_ms(tokens)
        if left >= 2 * timings.pass_ms(2 * SHORTEST_CANVAS * canvases, tokens):
            return index
    return len(unread) - 1


def longest_canvas(block: int) -> int:
    """Return the most places of a canvas for a model that takes `block`."""
    return min(block, LONGEST_CANVAS)


def course(
    most: int, left_ms: float, context: int, timings: Timings, canvases: int
) -> Course | None:
    """Return the longest canvas of at most `most` places that fits, None if no pass does.

    `left_ms` is the time there is, infinite without a deadline; `canvases` are passed together.
    """
    if left_ms == float("inf"):
        return Course(places=most, passes=0)
    shorter = range(most - 1 - (most - 1) % SHORTEST_CANVAS, 0, -SHORTEST_CANVAS)
    for places in (most, *shorter):
        pass_ms = timings.pass_ms(places * canvases, context)
        passes = max(0, int((left_ms - ANSWER_MS) / pass_ms)) if pass_ms else places
        if passes * PLACES_A_PASS >= places:
            return Course(places=places, passes=passes)
    return Course(places=places, passes=passes) if passes else None
