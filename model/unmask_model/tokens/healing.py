"""Token healing: a cursor inside a word is moved back to where a token may begin.

The characters between the two, the typed ones, are then asked of the model again: the block has
to start with them, and they are taken off before it is shown. `retu|` continues as `rn`, though
no token is called `rn` there. Knows text and token ids, no model.
"""

import re
from bisect import bisect_left
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from unmask_model.tokens.vocabulary import Vocabulary

LONGEST = 32
"""Most characters that are asked of the model again."""

# Byte-pair tokenizers join a word with the one character before it (` retu`, `.na`, `(sel`), signs
# with the signs after them and the space before (` ==`, `):`), and spaces with the spaces beside
# them; they never join a word with a digit or a line break.
_OPEN_TOKEN = re.compile(r"(?:[^\w\r\n]|_)?[^\W\d_]+\Z| ?(?:[^\w\s]|_)+\Z|[ \t]+\Z")


def back_up(left: str) -> tuple[str, str]:
    """Split `left` at the last place where a token surely begins: what stays, and what is typed."""
    tail = left[-LONGEST - 1 :]
    found = _OPEN_TOKEN.search(tail)
    if not found or len(found[0]) > LONGEST:
        return left, ""
    return left[: len(left) - len(found[0])], found[0]


class PrefixConstraint:
    """Knows what the columns of the logits spell, and which can spell what was typed.

    `marks` are the ids without text that may be chosen all the same, such as END.
    """

    def __init__(
        self, vocabulary: Vocabulary, head_ids: NDArray[np.int64] | None, marks: frozenset[int]
    ) -> None:
        columns = range(vocabulary.size) if head_ids is None else head_ids.tolist()
        pieces = vocabulary.pieces
        self._vocabulary = vocabulary
        self.width = len(columns)
        """Columns that stand for ids."""
        silent = vocabulary.markers - marks
        mute = [column for column, i in enumerate(columns) if i in silent]
        self.mute = np.array(mute, np.int64)
        """Columns that stand for no text and are no marks, ascending, (M,)."""
        self._sorted = sorted(
            (pieces[i], column)
            for column, i in enumerate(columns)
            if i not in vocabulary.markers and pieces[i] and "\ufffd" not in pieces[i]
        )
        self.columns = lru_cache(maxsize=256)(self._columns)

    def can_spell(self, typed: str) -> bool:
        """Whether every character of `typed` is a token, so that no choice is a dead end."""
        return all(
            self._at(start) < len(self._sorted) and self._sorted[self._at(start)][0] == start
            for start in set(typed)
        )

    def rest(self, typed: str, ids: list[int]) -> str:
        """Return what of `typed` is still to be spelled after `ids`."""
        return typed[len(self._vocabulary.decode(ids)) :] if typed else ""

    def _columns(self, rest: str) -> NDArray[np.int64]:
        """Columns of the ids that start with `rest` or are a proper start of it, (N,)."""
        longer = self._sorted[self._at(rest) : self._at(rest + "\U0010ffff")]
        shorter = [
            self._sorted[k]
            for stop in range(1, len(rest))
            for k in range(self._at(rest[:stop]), self._at(rest[:stop] + "\0"))
        ]
        return np.array(sorted(column for _, column in longer + shorter), np.int64)

    def _at(self, text: str) -> int:
        return bisect_left(self._sorted, (text, -1))
