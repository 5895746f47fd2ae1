"""Token 13-grams of source text as 64-bit numbers: how two texts are found to share wording.

A token is a word, a number or one other character; white space does not count. Numbers are equal
where the 13 tokens are equal, on every machine and in every run.
"""

import re
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

GRAM = 13
"""Tokens of a gram: the length that contamination checks of language models use."""

_TOKEN = re.compile(rb"[A-Za-z_]\w*|\d+|[^\w\s]")
_BASE = np.uint64(6_364_136_223_846_793_005)
"""Multiplier of the polynomial: Knuth's, of the MMIX generator."""


def tokens_of(text: str) -> list[bytes]:
    """Split a text into its tokens."""
    return _TOKEN.findall(text.encode())


def grams_of(tokens: list[bytes]) -> NDArray[np.uint64]:
    """Hash each run of 13 tokens: (max(0, len(tokens) - 12),)."""
    count = len(tokens) - GRAM + 1
    if count <= 0:
        return np.zeros(0, np.uint64)
    hashes = np.fromiter(map(crc32, tokens), np.uint64, len(tokens))
    grams = np.zeros(count, np.uint64)
    for place in range(GRAM):
        grams = grams * _BASE + hashes[place : place + count]
    # The low bits of a product depend on the low bits of its factors alone: fold the high ones in.
    return grams ^ (grams >> np.uint64(29))
