"""Holes in token ids: one context, several blocks to learn in it.

The context is `<fim_prefix><fim_suffix>right<fim_middle>left`: an empty prefix, so that for the
base the left side is already part of the middle, which is how it was trained; measured much
better than the other orders (docs/log.md), and typing only appends to it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unmask_model.tokens.fim_marks import fim_ids
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_train.corpus.corpus import Document
from unmask_train.examples.holes import Cut, Cutter


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A context and the places in it where blocks start."""

    ids: tuple[int, ...]
    """The whole context, the hole included: block k is ids[starts[k] : starts[k] + B]."""
    starts: tuple[int, ...]
    """Index of the first token of each block; ids[start - 1] is read by the block's first slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much is read around a hole."""

    left: int
    """Most tokens before the end of the hole."""
    right: int
    """Most tokens after it."""
    blocks: int
    """Blocks of one context."""


class Examples:
    """Endless examples from documents; the same seed gives the same ones."""

    def __init__(self, documents: Sequence[Document], vocabulary: Vocabulary, seed: int) -> None:
        self._documents = documents
        self._vocabulary = vocabulary
        self._random = random.Random(seed)
        self._before, self._between, self._middle = fim_ids(vocabulary)

    def draw(self, reach: Reach) -> Iterator[Example]:
        """Yield examples for ever, one from each document drawn."""
        while True:
            document = self._random.choice(self._documents)
            cutter = Cutter(document.text, self._random, document.language)
            # about three and a half characters a token; what is too much is cut in tokens below
            cut = cutter.draw(3 * reach.blocks, 4 * reach.left, 4 * reach.right)
            example = self._encode(cut, reach) if cut else None
            if example:
                yield example

    def _encode(self, cut: Cut, reach: Reach) -> Example | None:
        right = self._vocabulary.encode(cut.right)[: reach.right]
        ids, begins = self._vocabulary.encode_with_offsets(cut.text)
        at = {begin: index for index, begin in enumerate(begins)}
        skipped = max(0, len(ids) - reach.left)
        found = [at[start] - skipped for start in cut.starts if at.get(start, 0) > skipped]
        if not found:
            return None
        chosen = self._random.sample(found, min(reach.blocks, len(found)))
        head = [self._before, self._between, *right, self._middle]
        return Example(
            ids=(*head, *ids[skipped:]), starts=tuple(len(head) + start for start in chosen)
        )
