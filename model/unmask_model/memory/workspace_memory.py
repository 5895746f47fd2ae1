"""What the texts of a workspace say, by ids: drafts of what comes next.

One thread puts and forgets texts, another asks: segments never change, and the tuple of them is
swapped as a whole. A text that was put again stands in a segment of its own until there are many
of those; then the smallest are sorted together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unmask_model.memory.chances import Chances
from unmask_model.memory.draft import Draft, Origin, Wish, draft_of
from unmask_model.memory.matches import Matches, Query, longest, within
from unmask_model.memory.segment import Ids, Segment

TOKENS = 5_000_000
"""Most tokens of a workspace."""
SEGMENTS = 6
"""Most segments; each takes some microseconds of a look-up."""
SAME_FOLDER = 2.0
"""What a place in the folder of the file that is written counts, against one elsewhere."""
RECENT = 2.0
"""What a place in a text that was written of late counts, against an older one."""
RECENTLY = 8
"""How many texts are recent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a memory holds."""

    texts: int
    """Texts that drafts may come from."""
    tokens: int
    """Their ids."""
    bytes: int
    """Memory taken."""
    left_out: int
    """Texts that found no room."""


class WorkspaceMemory:
    """The texts of a workspace, and what was learned of drafts from them."""

    def __init__(self, most_tokens: int = TOKENS, chances: Chances | None = None) -> None:
        self.chances = chances or Chances()
        self._most_tokens = most_tokens
        self._segments: tuple[Segment, ...] = ()
        self._places: dict[str, tuple[Segment, int]] = {}
        self._recent: tuple[str, ...] = ()
        self._left_out: set[str] = set()

    @property
    def size(self) -> Size:
        """How much it holds now."""
        return Size(
            texts=len(self._places),
            tokens=sum(segment.living for segment in self._segments),
            bytes=sum(segment.bytes for segment in self._segments),
            left_out=len(self._left_out),
        )

    def put(self, texts: Mapping[str, Ids], *, recent: bool = False) -> None:
        """Take over texts, int32 ids each, instead of what was known of them.

        What would go beyond the limit is left out, and counted. Texts that were written of late
        are `recent`, and count more.
        """
        self.forget(texts)
        if recent:
            self._recent = (*texts, *(name for name in self._recent if name not in texts))[
                :RECENTLY
            ]
        if fitting := self._fitting(texts):
            self._take_over(Segment.of(fitting))

    def forget(self, names: Iterable[str]) -> None:
        """Let go of texts; fine where there are none."""
        for name in names:
            self._left_out.discard(name)
            if name in self._places:
                segment, at = self._places.pop(name)
                segment.alive[at] = False
        self._segments = tuple(one for one in self._segments if one.alive.any())

    def before(self, origin: Origin) -> Ids:
        """Return the ids before a place of a text; none where the text is gone."""
        if origin.name not in self._places:
            return np.empty(0, dtype=np.int32)
        segment, at = self._places[origin.name]
        start, stop = segment.span(at)
        return segment.ids[start + 1 : min(start + 1 + origin.place, stop)]

    def draft(self, query: Query, wish: Wish) -> Draft | None:
        """Return what may come next; None where nothing is likely enough."""
        if not query.last:
            return None
        drafts = [self._here(query, wish), self._elsewhere(query, wish)]
        found = [draft for draft in drafts if draft is not None]
        return max(found, key=lambda draft: draft.expected, default=None)

    def _here(self, query: Query, wish: Wish) -> Draft | None:
        """Return a draft from the text that is written."""
        if wish.near not in self._places:
            return None
        match = within(*self._places[wish.near], query)
        return self._drafted([match], wish) if match else None

    def _elsewhere(self, query: Query, wish: Wish) -> Draft | None:
        """Return a draft from the other texts: from the longest matches, wherever they are."""
        home, at = self._places.get(wish.near, (None, 0))
        found: list[Matches] = []
        for segment, ranges in self._reach(query):
            if found and len(ranges) + query.known < found[0].length:
                break
            others = segment.alive
            if segment is home:
                others = others & (np.arange(len(others)) != at)
            match = longest(segment, ranges, others, query)
            if match is None or (found and match.length < found[0].length):
                continue
            if found and match.length > found[0].length:
                found.clear()
            found.append(match)
        return self._drafted(found, wish) if found else None

    def _reach(self, query: Query) -> list[tuple[Segment, list[tuple[int, int]]]]:
        """Return where the query stands in each segment, those first that have most of it."""
        found = [(segment, segment.ranges(query.last)) for segment in self._segments]
        return sorted(found, key=lambda one: -len(one[1]))

    def _drafted(self, found: Sequence[Matches], wish: Wish) -> Draft | None:
        weights = [weight for match in found for weight in self._weights(match, wish.near)]
        return draft_of(found, weights, self.chances, wish)

    def _weights(self, match: Matches, near: str) -> Iterator[float]:
        """Yield what each place of a match counts."""
        folder = _folder(near)
        for at in match.texts.tolist():
            name = match.segment.names[at]
            near_by = SAME_FOLDER if _folder(name) == folder else 1.0
            yield near_by * (RECENT if name in self._recent else 1.0)

    def _fitting(self, texts: Mapping[str, Ids]) -> list[tuple[str, Ids]]:
        """Return the texts that find room, and remember the others."""
        room = self._most_tokens - sum(segment.living for segment in self._segments)
        fitting = []
        for name, ids in texts.items():
            if len(ids) > room:
                self._left_out.add(name)
            elif len(ids):
                room -= len(ids)
                fitting.append((name, ids))
        return fitting

    def _take_over(self, segment: Segment) -> None:
        """Add a segment; sort the smallest anew where there are many, and those mostly outdated."""
        segments = sorted((*self._segments, segment), key=lambda one: one.tokens)
        few = segments[: SEGMENTS // 2] if len(segments) > SEGMENTS else []
        worn = [one for one in segments if one in few or 2 * one.living < one.tokens]
        new = [segment]
        if worn:
            new.append(Segment.of([text for one in worn for text in one.texts()]))
        for each in new:
            self._places |= {name: (each, at) for at, name in enumerate(each.names)}
        self._segments = tuple(one for one in {*segments, *new} if one not in worn)


def _folder(name: str) -> str:
    return name.rpartition("/")[0]
