"""A canvas on which places ask for company or leave, as DreamOn was taught it.

EXPAND at a place turns it into two masked ones. END at a place takes it away, and with it every
masked place behind it: where one place is too many those behind it are too, and they would leave
one by one otherwise (delete broadcasting, `pad_delete_to_right` in the publisher's sampler).
"""

from dataclasses import dataclass, field

import numpy as np

from unmask_model.decoding.canvas import Canvas, Chances, Ids


@dataclass(slots=True, kw_only=True, eq=False)
class GrowingCanvas(Canvas):
    """A canvas whose length changes when places are committed."""

    expand: int
    """Id that asks for one place more."""
    growth: int
    """How many places may still be added; what was added and left is not given back."""
    _stood: Ids = field(init=False)

    def __post_init__(self) -> None:
        self._stood = np.arange(len(self))

    @property
    def barred(self) -> tuple[int, ...]:
        """EXPAND, where no place may be added any more."""
        return () if self.growth > 0 else (self.expand,)

    def readable(self, ids: Ids) -> Ids:
        """Return ids with END for EXPAND: of the places to come, nothing is known yet."""
        return np.where(ids == self.expand, self.end, ids)

    def commit(self, places: Ids, ids: Ids, confidence: Chances) -> None:
        """Write `ids` at `places`, all (P,); then let places leave, and add others."""
        self.ids[places] = ids
        self.confidence[places] = confidence
        self.masked[places] = False
        leaving = ~self.masked & (self.ids == self.end)
        leaving |= self.masked & (leaving.cumsum() > 0)
        growing = ~self.masked & (self.ids == self.expand)
        doubled = growing & (growing.cumsum() <= self.growth)
        self.growth -= int(doubled.sum())
        self.masked |= growing
        self._rearrange((~leaving).astype(np.int64) + doubled)

    def align(self, *views: Canvas) -> None:
        """Bring canvases that had this one's places at the last call in line with it."""
        stood, self._stood = self._stood, np.arange(len(self))
        for view in views:
            view.ids, view.masked = view.ids[stood], view.masked[stood]
            view.confidence = view.confidence[stood]

    def _rearrange(self, copies: Ids) -> None:
        """Have `copies` (T,) of each place."""
        stood = np.arange(len(self)).repeat(copies)
        self.ids, self.masked = self.ids[stood], self.masked[stood]
        self.confidence, self._stood = self.confidence[stood], self._stood[stood]
