"""Texts that were seen before, word for word or nearly.

Each text is known by the smallest hashes of its 13-grams (a bottom-k sketch, Broder 1997); the
share of the sketch that an earlier text owns estimates how much of the wording they share.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

_SKETCH = 16
_ALIKE = 0.6
"""Share of its sketch that makes a text a copy of one earlier text."""


class Duplicates:
    """Remembers the texts it was shown."""

    def __init__(self) -> None:
        self._owner: dict[int, int] = {}
        self._texts = 0

    def seen(self, grams: NDArray[np.uint64]) -> bool:
        """Whether a text is nearly an earlier one; if it is not, it is remembered."""
        sketch: list[int] = np.unique(grams)[:_SKETCH].tolist()
        owners = Counter(self._owner[gram] for gram in sketch if gram in self._owner)
        if owners and max(owners.values()) >= _ALIKE * len(sketch):
            return True
        self._texts += 1
        for gram in sketch:
            self._owner.setdefault(gram, self._texts)
        return False
