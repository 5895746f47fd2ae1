"""Texts that a model must not have seen, because it will be measured on them.

An evaluation file is JSON lines, gzipped or not; all its strings are evaluation text, and the
field `entry_point`, if there is one, names a function. A source file is contaminated if it shares
three 13-grams with the evaluation text, or holds a long entry-point name. Grams of few or
repeated words (matrix literals, rulers) say nothing and do not count.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmask_model.protocol.errors import RequestInvalid
from unmask_train.corpus.ngrams import GRAM, grams_of, tokens_of

_HITS = 3
_WORDS, _DISTINCT = 6, 4
_NAME_LENGTH = 12
"""Shorter names (`add`, `sort_array`) are everybody's."""


class Contamination:
    """Knows evaluation texts, and tells whether a source file repeats them."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        texts: set[str] = set()
        names: set[bytes] = set()
        for row in rows:
            texts.update(value for value in row.values() if isinstance(value, str))
            names.add(str(row.get("entry_point", "")).encode())
        self._names = frozenset(name for name in names if len(name) >= _NAME_LENGTH)
        grams = [_telling_grams(text) for text in sorted(texts)]
        self._grams = np.unique(np.concatenate([np.zeros(0, np.uint64), *grams]))

    @classmethod
    def of_files(cls, paths: Iterable[Path]) -> "Contamination":
        """Read evaluation files; RequestInvalid if one cannot be read."""
        return cls(row for path in paths for row in _rows(path))

    def found_in(self, tokens: list[bytes], grams: NDArray[np.uint64]) -> bool:
        """Whether a source file, given as its tokens and their 13-grams, repeats an evaluation."""
        if not self._names.isdisjoint(tokens):
            return True
        return bool(np.isin(np.unique(grams), self._grams).sum() >= _HITS)


def _telling_grams(text: str) -> NDArray[np.uint64]:
    tokens = tokens_of(text)
    words = [token if re.match(rb"[A-Za-z_]", token) else b"" for token in tokens]
    telling: list[bool] = []
    for start in range(len(tokens) - GRAM + 1):
        named = [word for word in words[start : start + GRAM] if word]
        telling.append(len(named) >= _WORDS and len(set(named)) >= _DISTINCT)
    grams: NDArray[np.uint64] = grams_of(tokens)[np.array(telling, dtype=bool)]
    return grams


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
    except (OSError, ValueError) as error:
        raise RequestInvalid(
            f"{path} cannot be read as evaluation text ({error}); give JSON lines, .gz or plain"
        ) from error
