"""What one canvas brings to a forward of `causal_block`: which slots, and whom they see.

A block read both ways sends all its slots, each seeing the context and the whole block. A block
read left to right sends only the slots it has not sent before: the others left their keys and
values in its trail. Behind each of these it may send a group of masked slots that guess lookahead;
they see what the slot sees, and each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from operator import eq
from typing import Protocol

import torch
from torch import Tensor

from unmask_model.families.denoiser import Pass
from unmask_model.transformer.decoder import Shape, attention
from unmask_model.transformer.kv_cache import KVCache

MASK = -1
"""What a slot reads that stands for a masked place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A context that was read, but for its last id: that is what a block's first slot reads."""

    ids: tuple[int, ...]
    """All ids in the order they are read."""
    memory: KVCache
    """Keys and values of ids[:-1], maybe of more behind them."""
    cached: int
    """Ids that had been read before."""

    @property
    def tokens(self) -> int:
        """Ids of the context."""
        return len(self.ids)


class AttentionInputs(Protocol):
    """One canvas's part of a forward; its tensors are on the CPU, wherever the model is."""

    reads: Tensor
    """What each slot reads, an id or MASK, (N,) int64."""
    positions: Tensor
    """Position of each slot in the sequence, (N,) int64."""
    wanted: Tensor
    """Slots whose logits are wanted, in the order they are wanted, (W,) int64."""

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attention of the slots, (N, heads, D) in and out."""
        ...

    def keep(self) -> None:
        """Hold on to what the forward left behind: it went through all layers."""
        ...


class BlockInputs:
    """All slots of a block, seeing everything."""

    def __init__(self, context: Read, one: Pass) -> None:
        self._context = context
        self.reads = _reads(context, one)
        self.positions = torch.arange(len(self.reads)) + context.tokens - 1
        self.wanted = one.places

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend to the context and to all slots."""
        before = self._context.memory.read(layer, self._context.tokens - 1)
        return attention(queries, *_joined(before, _seen(keys, values)), None)

    def keep(self) -> None:
        """Keep nothing: every slot is read anew in each pass."""


@dataclass(slots=True)
class BlockCache:
    """What a canvas has left behind while it was read left to right."""

    context: Read
    """The context it was read after."""
    memory: KVCache
    """Keys and values of the slots that were read."""
    reads: list[int] = field(default_factory=list)
    """What those slots read."""

    @classmethod
    def fresh(cls, context: Read, shape: Shape, places: int) -> "BlockCache":
        """Return an empty trail with room for a canvas."""
        like = context.memory
        return cls(context, KVCache(shape, places, like.dtype, like.device))


class CausalInputs:
    """The slots of a block that were not read yet, each seeing those before it."""

    def __init__(self, trail: BlockCache, one: Pass) -> None:
        self._trail = trail
        self._stop = int(one.places[-1]) + 1
        reads = _reads(trail.context, one)[: self._stop].tolist()
        self._first = min(same_start(trail.reads, reads), int(one.places[0]))
        self._count = self._stop - self._first
        trail.reads, trail.memory.length = reads[: self._first], self._first
        self._after = reads
        trail.memory.room_for(self._count)
        behind = one.places.repeat_interleave(
            one.lookahead
        )  # slot each guess stands behind, (P * A,)
        further = torch.arange(1, one.lookahead + 1).repeat(len(one.places))
        slots = torch.cat([torch.arange(self._first, self._stop), behind + further])
        self.reads = torch.cat([torch.tensor(reads[self._first :]), behind * 0 + MASK])
        self.positions = slots + trail.context.tokens - 1
        guesses = torch.arange(len(behind)) + self._count
        self.wanted = torch.cat([one.places - self._first, guesses])
        self._mask = self._sees(behind).to(trail.memory.device)

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend as the mask says; leave the keys and values of the block's slots in the trail."""
        trunk, own = slice(0, self._count), self._trail.memory
        own.write(layer, keys[trunk].transpose(0, 1), values[trunk].transpose(0, 1))
        context = self._trail.context
        block = _joined(context.memory.read(layer, context.tokens - 1), own.read(layer, self._stop))
        guesses = _seen(keys[self._count :], values[self._count :])
        return attention(queries, *_joined(block, guesses), self._mask)

    def keep(self) -> None:
        """Count the block's slots as read."""
        self._trail.reads = self._after

    def _sees(self, behind: Tensor) -> Tensor:
        """Return whether a slot sees context, block and guesses, (N, C + stop + P * A) bool."""
        last = torch.cat([torch.arange(self._first, self._stop), behind])  # last slot that is seen
        context = torch.ones(len(last), self._trail.context.tokens - 1, dtype=torch.bool)
        group = torch.cat([torch.full((self._count,), -1), behind])
        return torch.cat(
            [context, torch.arange(self._stop) <= last[:, None], group[:, None] == behind], dim=1
        )


def _reads(context: Read, one: Pass) -> Tensor:
    """What the slots of a canvas read: the token left of it, then its places, (T,)."""
    shown = torch.where(one.canvas.masked, MASK, one.canvas.ids)
    return torch.cat([torch.tensor(context.ids[-1:]), shown[:-1]])


def same_start(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the equal items at the start of both."""
    return sum(1 for _ in takewhile(lambda pair: eq(*pair), zip(one, other, strict=False)))


def _seen(keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """(T, K, D) both, as attention wants them: (K, T, D)."""
    return keys.transpose(0, 1), values.transpose(0, 1)


def _joined(before: tuple[Tensor, Tensor], after: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Keys and values of two stretches, (K, S, D) each, as those of one."""
    return torch.cat([before[0], after[0]], dim=1), torch.cat([before[1], after[1]], dim=1)
