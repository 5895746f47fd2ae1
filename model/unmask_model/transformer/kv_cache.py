"""Keys and values of a context, for all layers, in room that grows by doubling."""

from typing import Self

import torch
from torch import Tensor

from unmask_model.weights.decoder_shape import DecoderShape


class KVCache:
    """The cache of one context: `length` tokens are filled."""

    def __init__(
        self,
        shape: DecoderShape,
        capacity: int,
        dtype: torch.dtype,
        device: torch.device | None = None,
    ) -> None:
        size = (shape.layers, shape.kv_heads, capacity, shape.head_dim)
        self._keys = torch.empty(size, dtype=dtype, device=device)
        self._values = torch.empty(size, dtype=dtype, device=device)
        self.length = 0

    @property
    def dtype(self) -> torch.dtype:
        """Number format of keys and values."""
        return self._keys.dtype

    @property
    def device(self) -> torch.device:
        """Where keys and values lie."""
        return self._keys.device

    @property
    def capacity(self) -> int:
        """Tokens there is room for."""
        return self._keys.shape[2]

    def room_for(self, tokens: int) -> None:
        """Make sure that `tokens` more can be written."""
        needed = self.length + tokens
        if needed > self.capacity:
            self._keys, self._values = (
                _grown(kept, self.length, max(needed, 2 * self.capacity))
                for kept in (self._keys, self._values)
            )

    def write(self, layer: int, keys: Tensor, values: Tensor) -> None:
        """Put (K, T, D) behind what is filled; `length` moves once all layers are written."""
        stop = self.length + keys.shape[1]
        self._keys[layer, :, self.length : stop] = keys
        self._values[layer, :, self.length : stop] = values

    def read(self, layer: int, length: int) -> tuple[Tensor, Tensor]:
        """Return the first `length` keys and values of a layer, (K, length, D) both."""
        return self._keys[layer, :, :length], self._values[layer, :, :length]

    def all_layers(self, length: int) -> tuple[Tensor, Tensor]:
        """Return the first `length` keys and values, (layers, K, length, D) both."""
        return self._keys[:, :, :length], self._values[:, :, :length]

    def copy(self, length: int) -> Self:
        """Return a cache of its own with the first `length` tokens."""
        twin = object.__new__(type(self))
        twin._keys = _grown(self._keys, length, self.capacity)
        twin._values = _grown(self._values, length, self.capacity)
        twin.length = length
        return twin


def _grown(kept: Tensor, length: int, capacity: int) -> Tensor:
    layers, heads, _, dim = kept.shape
    grown = kept.new_empty(layers, heads, capacity, dim)
    grown[:, :, :length] = kept[:, :, :length]
    return grown
