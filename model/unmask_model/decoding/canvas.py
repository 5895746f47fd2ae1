"""The hole of one block: which token stands at each place, and which places are still masked.

A canvas knows ids, not text and not the model. END closes it: nothing behind the first committed
END is part of the block.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor


@dataclass(slots=True, kw_only=True, eq=False, weakref_slot=True)
class Canvas:
    """A block of T places that is being unmasked; each canvas is itself, equal to no other."""

    ids: Tensor
    """Token ids, (T,) int64; what stands at a masked place is no more than a guess, END if none."""
    masked: Tensor
    """True where a place is still open, (T,) bool."""
    confidence: Tensor
    """Probability each place was committed with, (T,) float32."""
    end: int
    """Id of the END token."""
    before: Sequence[int] = ()
    """Ids the model read before the block, nearest last: what a block may repeat."""

    @classmethod
    def blank(
        cls,
        length: int,
        end: int,
        device: torch.device | None = None,
        *,
        before: Sequence[int] = (),
    ) -> Self:
        """Return a canvas of `length` masked places."""
        return cls(
            ids=torch.full((length,), end, dtype=torch.int64, device=device),
            masked=torch.ones(length, dtype=torch.bool, device=device),
            confidence=torch.zeros(length, device=device),
            end=end,
            before=before,
        )

    def __len__(self) -> int:
        return self.ids.shape[0]

    @property
    def done(self) -> bool:
        """Whether every place is committed."""
        return not bool(self.masked.any())

    @property
    def open_places(self) -> Tensor:
        """Indices of the masked places in order, (P,) int64."""
        return self.masked.nonzero().flatten()

    @property
    def ended(self) -> bool:
        """Whether an END is committed."""
        return bool(((self.ids == self.end) & ~self.masked).any())

    @property
    def barred(self) -> tuple[int, ...]:
        """Ids that no place may be given now."""
        return ()

    def readable(self, ids: Tensor) -> Tensor:
        """Return what ids that are only guessed say of the text, (P,) int64 both."""
        return ids

    def commit(self, places: Tensor, ids: Tensor, confidence: Tensor) -> None:
        """Write `ids` at `places`, all (P,); the places behind the first END close with it."""
        self.ids[places] = ids
        self.confidence[places] = confidence.to(self.confidence.dtype)
        self.masked[places] = False
        self._close_behind_end()

    def remask(self, places: Tensor) -> None:
        """Open `places` again, (P,) int64."""
        self.masked[places] = True
        self.confidence[places] = 0.0

    def block(self) -> list[int]:
        """Return the ids before the first masked place or committed END."""
        stop = self.masked | (self.ids == self.end)
        length = int(stop.int().argmax()) if bool(stop.any()) else len(self)
        return self.ids[:length].tolist()

    def settled(self) -> list[int]:
        """Return the ids of the start of the block that stay: those that are not only tried."""
        block = self.block()
        tried = self.confidence[: len(block)] <= 0
        return block[: int(tried.int().argmax())] if bool(tried.any()) else block

    def copy(self) -> Self:
        """Return a canvas that shares nothing with this one."""
        return replace(
            self,
            ids=self.ids.clone(),
            masked=self.masked.clone(),
            confidence=self.confidence.clone(),
        )

    def align(self, *views: "Canvas") -> None:
        """Bring canvases of the same places in line with this one; here places never move."""

    def _close_behind_end(self) -> None:
        ends = ((self.ids == self.end) & ~self.masked).nonzero()
        if not len(ends):
            return
        first = int(ends[0])
        self.ids[first + 1 :] = self.end
        self.masked[first + 1 :] = False
