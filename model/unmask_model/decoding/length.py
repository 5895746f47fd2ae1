"""How a model family learns how long a hole is: the length is not known, and each has its way.

Either an END among the places closes the block (`EndPlaces`); or a place may become two, or go
(`Expansion`); or the family was taught neither, and a few lengths are tried beforehand (`Search`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from unmask_model.decoding.canvas import Canvas, Chances
from unmask_model.decoding.growing_canvas import GrowingCanvas

GRID = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96)
"""Lengths that are tried: with them, the nearest is never far off in proportion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPlaces:
    """The model was taught to put END behind what belongs into the hole."""

    in_place: ClassVar[bool] = False
    """Whether a full canvas fills the hole; else the text goes on in a next block."""

    def canvas(self, places: int, given: int, *, exact: bool, end: int) -> Canvas:
        """Return a blank canvas of `places`, some of which a rewrite fills.

        `exact` says that the rewrite is the length of the block.
        """
        return Canvas.blank(places, end)

    def marks(self, end: int) -> frozenset[int]:
        """Return the ids without text that may stand at a place."""
        return frozenset({end})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """The model was taught to ask for more places, or fewer (DreamOn)."""

    expand: int
    """Id that asks for one place more; END asks for one less."""
    start: int = 8
    """Places of a blank canvas."""

    in_place: ClassVar[bool] = True

    def canvas(self, places: int, given: int, *, exact: bool, end: int) -> Canvas:
        """Return a blank canvas that may grow to `places`: a few more than a rewrite has."""
        count = given if exact else max(min(given + self.start, places), given)
        blank = Canvas.blank(count, end)
        return GrowingCanvas(
            ids=blank.ids,
            masked=blank.masked,
            confidence=blank.confidence,
            end=end,
            expand=self.expand,
            growth=max(places - count, 0),
        )

    def marks(self, end: int) -> frozenset[int]:
        """Return the ids without text that may stand at a place."""
        return frozenset({end, self.expand})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """How sure a model is of a canvas whose length is wrong: a e^(-bL) + c e^(-dL) + e.

    Short canvases look good whatever belongs there (arXiv 2602.00476, where these five numbers
    are fitted to Dream-Coder on holes of known length).
    """

    a: float = 1.0
    b: float = 1.77
    c: float = 0.56
    d: float = 0.06
    e: float = 0.24

    def __call__(self, places: int) -> float:
        """Return the confidence that a length has for being what it is."""
        return self.a * math.exp(-self.b * places) + self.c * math.exp(-self.d * places) + self.e


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The model fills as many places as there are: several lengths are tried in one pass."""

    bias: Bias = Bias()
    """What is expected of a length that is wrong."""

    in_place: ClassVar[bool] = True

    def canvas(self, places: int, given: int, *, exact: bool, end: int) -> Canvas:
        """Return a blank canvas of `places`, as they were found to be, or of the rewrite's."""
        return Canvas.blank(given if exact else max(places, given), end)

    def marks(self, end: int) -> frozenset[int]:
        """Return the ids without text that may stand at a place: none, the length is settled."""
        return frozenset()

    def lengths(self, most: int) -> list[int]:
        """Return the lengths to try, ascending, none above `most`."""
        return [*(places for places in GRID if places < most), most]

    def best(self, surest: Sequence[Chances]) -> int:
        """Return the length of which the model is surest, against what is usual for that length.

        `surest` holds the best probability at each place of a blank canvas of each length.
        """
        lengths = [len(each) for each in surest]
        sure = np.array([each.mean() for each in surest])
        usual = np.array([self.bias(places) for places in lengths])
        return lengths[int((sure / usual).argmax())]


Length = EndPlaces | Expansion | Search
"""What a denoiser says of itself."""
