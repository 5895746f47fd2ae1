"""Keys and values of tokens that were read, in room that grows with them."""

from typing import Self

import numpy as np

from unmask_model.weights.blocks import Floats
from unmask_model.weights.decoder_shape import DecoderShape

ROOM = 128
"""Tokens there is room for behind what made a cache grow: a token takes tens of kilobytes."""


class KVCache:
    """The cache of one sequence: `length` tokens are filled.

    The first tokens of a layer's keys lie behind one another in memory, so that a graph takes
    them as they are.
    """

    def __init__(self, shape: DecoderShape, capacity: int) -> None:
        size = (shape.layers, 2, capacity, shape.kv_heads, shape.head_dim)
        self._held = np.empty(size, np.float32)
        self.length = 0

    @property
    def capacity(self) -> int:
        """Tokens there is room for."""
        return self._held.shape[2]

    def grow(self, tokens: int) -> None:
        """Make sure that `tokens` more can be appended."""
        needed = self.length + tokens
        if needed > self.capacity:
            self._held = self._copied(self.length, needed + ROOM)

    def append(self, new: Floats) -> None:
        """Put (layers, 2, N, kv_heads, head_dim) behind what is filled."""
        count = new.shape[2]
        self.grow(count)
        self._held[:, :, self.length : self.length + count] = new
        self.length += count

    def read(self, length: int) -> Floats:
        """Return the first `length` keys and values, (layers, 2, length, kv_heads, head_dim)."""
        return self._held[:, :, :length]

    def copy(self, length: int) -> Self:
        """Return a cache of its own with the first `length` tokens."""
        twin = object.__new__(type(self))
        twin._held, twin.length = self._copied(length, self.capacity), length
        return twin

    def _copied(self, length: int, capacity: int) -> Floats:
        layers, two, _, heads, dim = self._held.shape
        copied = np.empty((layers, two, capacity, heads, dim), np.float32)
        copied[:, :, :length] = self._held[:, :, :length]
        return copied
