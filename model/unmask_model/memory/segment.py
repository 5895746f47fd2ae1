"""Some texts of a workspace, sorted so that what stands behind given ids is found in microseconds.

A suffix array of the texts read backwards, sorted only as deep as a match is compared: two ids
that end alike stand beside each other. It never changes; a text that is outdated is only marked.
Eight bytes a token: the ids and their order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Self

import numpy as np
from numpy.typing import NDArray

DEPTH = 12
"""Most ids in a row that are compared: a longer match says hardly more."""
GAP = -1
"""Stands before each text and behind the last one; no id is like it."""
FEW = 64
"""So many places are compared at once instead of being searched."""
_COLUMN = 21
"""Bits an id takes in a key of three: vocabularies are far smaller."""

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """Texts that were sorted together."""

    names: tuple[str, ...]
    """The texts."""
    ids: Ids
    """Ids of the texts one behind another, a GAP before each and behind the last, (N,)."""
    order: Ids
    """Indices of `ids`, sorted by the ids that end there, the nearest first, (N,)."""
    starts: Ids
    """Index of the GAP before each text, (F,)."""
    alive: NDArray[np.bool_]
    """Whether a text is still as it was, (F,); the one thing that changes."""

    @classmethod
    def of(cls, texts: Sequence[tuple[str, Ids]]) -> Self:
        """Sort named texts: a fraction of a microsecond a token."""
        gap = np.array([GAP], dtype=np.int32)
        ids = np.concatenate([part for _, text in texts for part in (gap, text)] + [gap])
        lengths = np.array([len(text) + 1 for _, text in texts], dtype=np.int32)
        return cls(
            names=tuple(name for name, _ in texts),
            ids=ids,
            order=_sorted(ids),
            starts=(np.cumsum(lengths) - lengths).astype(np.int32),
            alive=np.ones(len(texts), dtype=np.bool_),
        )

    @property
    def tokens(self) -> int:
        """Ids of all texts, those of outdated ones and the gaps too."""
        return len(self.ids)

    @property
    def living(self) -> int:
        """Ids and gaps of the texts that are still as they were."""
        return int(np.diff(self.starts, append=len(self.ids) - 1)[self.alive].sum())

    @property
    def bytes(self) -> int:
        """Memory it takes, but for the names."""
        return self.ids.nbytes + self.order.nbytes + self.starts.nbytes + self.alive.nbytes

    def texts(self) -> Iterator[tuple[str, Ids]]:
        """Yield the texts that are still as they were."""
        for at, name in enumerate(self.names):
            if self.alive[at]:
                start, stop = self.span(at)
                yield name, self.ids[start + 1 : stop]

    def span(self, text: int) -> tuple[int, int]:
        """Return the indices of the gaps before and behind a text."""
        is_last = text + 1 == len(self.starts)
        stop = len(self.ids) - 1 if is_last else int(self.starts[text + 1])
        return int(self.starts[text]), stop

    def ranges(self, last: Sequence[int]) -> list[tuple[int, int]]:
        """Return where in `order` the last 1, 2, ... of some ids end, as far as they stand here."""
        found: list[tuple[int, int]] = []
        order, ids = self.order.data, self.ids.data
        low, high = 0, len(order)
        wanted = list(takewhile(lambda one: one != GAP, reversed(last[-DEPTH:])))
        while len(found) < len(wanted):
            if high - low <= FEW:
                return found + self._narrowed(low, high, wanted, len(found))

            def compared(index: int, depth: int = len(found)) -> int:
                return ids[index - depth]

            low = bisect_left(order, wanted[len(found)], low, high, key=compared)
            high = bisect_right(order, wanted[len(found)], low, high, key=compared)
            if low == high:
                break
            found.append((low, high))
        return found

    def _narrowed(
        self, low: int, high: int, wanted: Sequence[int], depth: int
    ) -> list[tuple[int, int]]:
        """Return the ranges in a small one, whose first `depth` ids are known to be the same."""
        ends = self.order[low:high, None] - np.arange(depth, len(wanted))
        found = self.ids.take(ends, mode="wrap")  # a GAP stands between the start and the end
        same = np.logical_and.accumulate(found == wanted[depth:], axis=1)
        starts, counts = low + same.argmax(axis=0), same.sum(axis=0)
        longest = int((counts > 0).sum())
        pairs = zip(starts.tolist(), (starts + counts).tolist(), strict=True)
        return list(pairs)[:longest]


def _sorted(ids: Ids) -> Ids:
    """Sort the indices of `ids` by the DEPTH ids that end there, by doubling (Manber and Myers)."""
    wide = ids.astype(np.int64) + 1
    keys = wide << 2 * _COLUMN | np.roll(wide, 1) << _COLUMN | np.roll(wide, 2)
    order, depth = np.argsort(keys), 3
    while depth < DEPTH:
        rank = _ranks(keys, order)
        keys = rank << 32 | np.roll(rank, depth)
        order, depth = np.argsort(keys), 2 * depth
    return order.astype(np.int32)


def _ranks(keys: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each key that says how many different ones are less, (N,)."""
    ordered = keys[order]
    ranks = np.empty_like(order)
    ranks[order] = np.cumsum(np.append(False, ordered[1:] != ordered[:-1]))
    return ranks
