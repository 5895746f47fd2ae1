"""`causal_block` on ONNX Runtime: one copy of the weights in few bits, for processors.

The adapter is a low-rank path that is on for the rows of a block alone, so that what was typed
last is read in the pass that writes.
"""

from collections.abc import Sequence

import numpy as np

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Choice, choose
from unmask_model.families.causal_block.backend import Cache, Inputs, Rows
from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.onnx.kv_cache import KVCache


class OnnxBackend:
    """A converted base with its adapter."""

    joint = True
    lazy_head = True

    def __init__(self, decoder: OnnxDecoder) -> None:
        self.parallel = decoder.mask_row
        self.block = decoder.block
        self.head_ids: Ids | None = decoder.head_ids
        self._decoder = decoder

    def cache(self, capacity: int) -> KVCache:
        """Return an empty cache with room for so many rows."""
        return self._decoder.cache(capacity)

    def forward(self, every: Sequence[Inputs]) -> list[Rows]:
        """Compute the rows of several sequences, one after the other."""
        return [self._forward(one) for one in every]

    def choose(
        self, parts: Sequence[tuple[Rows, Ids]], constraints: Sequence[Constraints]
    ) -> list[Choice]:
        """Run the head once over some rows of each, and choose."""
        logits = self._decoder.head(np.concatenate([rows[some] for rows, some in parts]))
        ends = np.cumsum([len(some) for _, some in parts])[:-1]
        return [
            choose(own, allowed, self.head_ids)
            for own, allowed in zip(np.split(logits, ends), constraints, strict=True)
        ]

    def _forward(self, one: Inputs) -> Rows:
        past = [(_filled(cache), length) for cache, length in one.past]
        rows, new = self._decoder.forward(one.reads, one.positions, one.adapted, past, one.mask)
        start = 0
        for cache, count in one.kept:
            _filled(cache).append(new[:, :, start : start + count])
            start += count
        return rows


def _filled(cache: Cache) -> KVCache:
    assert isinstance(cache, KVCache)
    return cache
