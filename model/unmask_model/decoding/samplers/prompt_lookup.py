"""What a text repeats: the id that followed its last ids before.

A draft from the context itself, without a model (prompt lookup decoding; LLMA, arXiv 2304.04487).
"""

from collections import defaultdict
from collections.abc import Sequence

from unmask_model.decoding.samplers.draft_token import DraftToken

LONGEST = 16
"""Most ids in a row that are compared: a longer match says nothing more."""


class PromptLookup:
    """The ids of a text with the places of each, so that a draft looks at no other place."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._stops: defaultdict[int, list[int]] = defaultdict(list)
        for each in ids:
            self.append(each)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Sequence[int]:
        """The text."""
        return self._ids

    def append(self, id_: int) -> None:
        """Add an id at the end."""
        self._ids.append(id_)
        self._stops[id_].append(len(self._ids))

    def cut(self, length: int) -> None:
        """Take ids away again until there are `length`."""
        while len(self._ids) > length:
            self._stops[self._ids.pop()].pop()

    def next(self, shortest: int) -> DraftToken | None:
        """Return the id that followed the longest end of the text that stood in it before.

        Of several, the latest; None where not even the last `shortest` ids did. An end of m ids is
        gone on with in m of m + 2 times: so it was counted on code (docs/log.md).
        """
        stops = self._stops[self._ids[-1]][-2::-1] if self._ids else []
        agreed = [self._agreed(stop) for stop in stops]
        longest = max(agreed, default=0)
        if longest < shortest:
            return None
        stop = stops[agreed.index(longest)]
        return DraftToken(id=self._ids[stop], chance=longest / (longest + 2))

    def _agreed(self, stop: int) -> int:
        """Count the ids before `stop` that are the last of the text, up to LONGEST."""
        ids, last, count = self._ids, len(self._ids) - 1, 0
        while count < min(LONGEST, stop) and ids[stop - 1 - count] == ids[last - count]:
            count += 1
        return count
