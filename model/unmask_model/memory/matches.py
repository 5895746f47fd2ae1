"""Where the last ids of a text stand elsewhere, and what followed them there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from unmask_model.memory.segment import DEPTH, GAP, Ids, Segment

SHORTEST = 2
"""Fewest ids in a row that must be the same; one will do where the next one's letters are known."""
SCANNED = 4096
"""Most places of a match that are looked at: of two ids that stand everywhere, some will do."""
VOTES = 16
"""Most places that say what comes next."""
OWN = 48
"""A place of the file that is written is the cursor's own where so many ids before it are the same,
or all there are."""

Mask = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """The places of a segment where the longest end of some ids stands."""

    segment: Segment
    length: int
    """Ids that are the same; what is known of the next one counts as one more."""
    places: Ids
    """Index of the last of those ids at each place, (P,)."""
    texts: NDArray[np.int64]
    """Which text of the segment each place is in, (P,)."""

    def following(self, most: int) -> Ids:
        """Return what followed, (P, most); GAP from the end of the text on."""
        ids = self.segment.ids
        behind = np.minimum(self.places[:, None] + np.arange(1, most + 1), len(ids) - 1)
        found = ids[behind]
        return np.where(np.logical_or.accumulate(found == GAP, axis=1), GAP, found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query:
    """What is looked for."""

    last: Sequence[int]
    """The ids before the cursor."""
    first: NDArray[np.integer] | None = None
    """What a place must have gone on with; None if with anything."""

    @property
    def known(self) -> int:
        """How many ids are known beside those before the cursor: the next one, in a manner."""
        return 0 if self.first is None else 1

    @property
    def least(self) -> int:
        """Fewest ids before the cursor that must be the same."""
        return SHORTEST - self.known

    def fits(self, behind: Ids) -> Mask:
        """Return which ids may stand behind the cursor."""
        fitting: Mask = behind != GAP
        return fitting if self.first is None else fitting & np.isin(behind, self.first)


def longest(
    segment: Segment, ranges: Sequence[tuple[int, int]], texts: Mask, query: Query
) -> Matches | None:
    """Return the longest match in the chosen `texts` (F,); `ranges` are those of the query."""
    for length in range(len(ranges), query.least - 1, -1):
        places = _some(segment.order[slice(*ranges[length - 1])], SCANNED)
        where = np.searchsorted(segment.starts, places, side="right") - 1
        fits = texts[where] & query.fits(segment.ids[places + 1])
        if fits.any():
            kept = _some(np.flatnonzero(fits), VOTES)
            return Matches(segment=segment, length=length, places=places[kept], texts=where[kept])
    return None


def within(segment: Segment, text: int, query: Query) -> Matches | None:
    """Return the longest match in one text, but for the place that is the cursor's own."""
    start, stop = segment.span(text)
    ids = segment.ids[start : stop + 1]  # from the GAP before it to the one behind it
    last = query.last[: -DEPTH - 1 : -1]  # the nearest first
    places = [np.flatnonzero(ids[:-1] == wanted) for wanted in last[:1]]
    for depth, wanted in enumerate(last[1:SHORTEST], start=1):
        places.append(_narrowed(ids, places[-1], depth, wanted))
    own = _own(ids, places[-1], query.last)
    places = [np.setdiff1d(those, own, assume_unique=True) for those in places]
    for depth, wanted in enumerate(last[SHORTEST:], start=SHORTEST):
        places.append(_narrowed(ids, places[-1], depth, wanted))
    for length in range(len(places), query.least - 1, -1):
        those = places[length - 1]
        kept = _some(those[query.fits(ids[those + 1])], VOTES)
        if len(kept):
            return Matches(
                segment=segment,
                length=length + query.known,
                places=(start + kept).astype(np.int32),
                texts=np.full(len(kept), text),
            )
    return None


def _narrowed(ids: Ids, places: NDArray[np.int64], depth: int, wanted: int) -> NDArray[np.int64]:
    """Return those of some places that have an id so many ids before them."""
    narrowed: NDArray[np.int64] = places[ids[places - depth] == wanted]
    return narrowed


def _own(ids: Ids, places: NDArray[np.int64], last: Sequence[int]) -> NDArray[np.int64]:
    """Return the place with most of the `last` ids before it, if those are OWN or all there are."""
    reach = min(OWN, len(last))
    spans = places[:, None] - np.arange(reach)
    same = ids.take(spans, mode="wrap") == last[: -reach - 1 : -1]  # (P, reach), nearest first
    length = np.where(same.all(axis=1), reach, same.argmin(axis=1))
    is_own: Mask = (length == OWN) | (length == places)  # the first id of a text is at 1
    own: NDArray[np.int64] = places[is_own & (length == length[is_own].max(initial=0))]
    return own


def _some(all_of: NDArray[T], most: int) -> NDArray[T]:
    """Return at most so many of them, evenly drawn."""
    if len(all_of) <= most:
        return all_of
    return all_of[np.linspace(0, len(all_of) - 1, most).astype(np.int64)]
