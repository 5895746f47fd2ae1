"""The hole of one block: which token stands at each place, and which places are still masked.

A canvas knows ids, not text and not the model. END closes it: nothing behind the first committed
END is part of the block.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]
Chances = NDArray[np.float32]


@dataclass(slots=True, kw_only=True, eq=False, weakref_slot=True)
class Canvas:
    """A block of T places that is being unmasked; each canvas is itself, equal to no other."""

    ids: Ids
    """Token ids, (T,); what stands at a masked place is no more than a guess, END if none."""
    masked: Flags
    """True where a place is still open, (T,)."""
    confidence: Chances
    """Probability each place was committed with, (T,)."""
    end: int
    """Id of the END token."""
    before: Sequence[int] = ()
    """Ids the model read before the block, nearest last: what a block may repeat."""
    first: Ids | None = None
    """Ids of which the first place must have one, ascending; None if any."""

    @classmethod
    def blank(cls, length: int, end: int, *, before: Sequence[int] = ()) -> Self:
        """Return a canvas of `length` masked places."""
        return cls(
            ids=np.full(length, end, np.int64),
            masked=np.ones(length, np.bool_),
            confidence=np.zeros(length, np.float32),
            end=end,
            before=before,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def done(self) -> bool:
        """Whether every place is committed."""
        return not self.masked.any()

    @property
    def open_places(self) -> Ids:
        """Indices of the masked places in order, (P,)."""
        return self.masked.nonzero()[0]

    @property
    def ended(self) -> bool:
        """Whether an END is committed."""
        return bool(((self.ids == self.end) & ~self.masked).any())

    @property
    def barred(self) -> tuple[int, ...]:
        """Ids that no place may be given now."""
        return ()

    def readable(self, ids: Ids) -> Ids:
        """Return what ids that are only guessed say of the text, (P,) both."""
        return ids

    def commit(self, places: Ids, ids: Ids, confidence: Chances) -> None:
        """Write `ids` at `places`, all (P,); the places behind the first END close with it."""
        self.ids[places] = ids
        self.confidence[places] = confidence
        self.masked[places] = False
        self._close_behind_end()

    def block(self) -> list[int]:
        """Return the ids before the first masked place or committed END."""
        stop = self.masked | (self.ids == self.end)
        length = int(stop.argmax()) if stop.any() else len(self)
        found: list[int] = self.ids[:length].tolist()
        return found

    def copy(self) -> Self:
        """Return a canvas that shares nothing with this one."""
        return replace(
            self,
            ids=self.ids.copy(),
            masked=self.masked.copy(),
            confidence=self.confidence.copy(),
        )

    def align(self, *views: "Canvas") -> None:
        """Bring canvases of the same places in line with this one; here places never move."""

    def _close_behind_end(self) -> None:
        ends = ((self.ids == self.end) & ~self.masked).nonzero()[0]
        if len(ends):
            self.ids[ends[0] + 1 :] = self.end
            self.masked[ends[0] + 1 :] = False
