"""What one canvas brings to a forward of `causal_block`: which slots, and whom they see.

A block read both ways sends all its slots, each seeing the context and the whole block. A block
read left to right sends only the slots it has not sent before: the others left their keys and
values in its trail.
"""

from dataclasses import dataclass, field
from itertools import takewhile
from operator import eq
from typing import Protocol

import torch
from torch import Tensor

from unmask_model.decoder import Shape, attention
from unmask_model.denoiser import Pass
from unmask_model.key_values import KeyValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A context that was read, but for its last id: that is what a block's first slot reads."""

    ids: tuple[int, ...]
    """All ids in the order they are read."""
    memory: KeyValues
    """Keys and values of ids[:-1], maybe of more behind them."""
    cached: int
    """Ids that had been read before."""

    @property
    def tokens(self) -> int:
        """Ids of the context."""
        return len(self.ids)


class Share(Protocol):
    """One canvas's part of a forward."""

    first: int
    """First slot that is sent."""
    count: int
    """Slots that are sent."""

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attention of the slots that are sent, (count, heads, D) in and out."""
        ...


class BlockShare:
    """All slots of a block, seeing everything."""

    def __init__(self, context: Read, one: Pass) -> None:
        self._context = context
        self.first, self.count = 0, len(one.canvas)

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend to the context and to all slots."""
        before = self._context.memory.read(layer, self._context.tokens - 1)
        own = keys.transpose(0, 1), values.transpose(0, 1)  # (K, T, D)
        return attention(queries, *_joined(before, own), None)


@dataclass(slots=True)
class Trail:
    """What a canvas has left behind while it was read left to right."""

    context: Read
    """The context it was read after."""
    memory: KeyValues
    """Keys and values of the slots that were read."""
    ids: list[int] = field(default_factory=list)
    """What those slots read."""

    @classmethod
    def fresh(cls, context: Read, shape: Shape, places: int) -> "Trail":
        """Return an empty trail with room for a canvas."""
        return cls(context, KeyValues(shape, places, context.memory.dtype))


class CausalShare:
    """The slots of a block that were not read yet, each seeing those before it."""

    def __init__(self, trail: Trail, one: Pass) -> None:
        self._trail = trail
        stop = int(one.places[-1]) + 1
        ids = [trail.context.ids[-1], *one.canvas.ids[: stop - 1].tolist()]
        same = sum(1 for _ in takewhile(lambda pair: eq(*pair), zip(trail.ids, ids, strict=False)))
        self.first = min(same, int(one.places[0]))
        self.count = stop - self.first
        trail.ids, trail.memory.length = ids, self.first
        trail.memory.room_for(self.count)
        self._mask = torch.ones(self.count, self.first + self.count, dtype=torch.bool).tril(
            self.first
        )

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend to the context and to the slots before; leave keys and values in the trail."""
        context, own = self._trail.context, self._trail.memory
        own.write(layer, keys.transpose(0, 1), values.transpose(0, 1))
        before = context.memory.read(layer, context.tokens - 1)
        seen = own.read(layer, self.first + self.count)
        context_mask = self._mask.new_ones(self.count, context.tokens - 1)
        mask = torch.cat([context_mask, self._mask], dim=1)
        return attention(queries, *_joined(before, seen), mask)


def _joined(before: tuple[Tensor, Tensor], after: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Keys and values of two stretches, (K, S, D) each, as those of one."""
    return torch.cat([before[0], after[0]], dim=1), torch.cat([before[1], after[1]], dim=1)
