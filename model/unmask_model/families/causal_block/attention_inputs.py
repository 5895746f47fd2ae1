"""What one canvas brings to a forward of `causal_block`: which rows, and whom they see.

A block read both ways sends all its places, each seeing the context and the whole block. A block
read left to right sends only the rows it has not sent before: the others left their keys and
values in its cache. Behind some of these it may send groups of masked rows that guess ahead; they
see what that row sees, and each other. Where a few ids of the context were not read yet, they go
first, and leave their keys and values with the context.
"""

from dataclasses import dataclass, field

import numpy as np

from unmask_model.decoding.canvas import Flags, Ids
from unmask_model.families.causal_block.backend import MASK, Cache, Inputs
from unmask_model.families.denoiser import Pass
from unmask_model.families.prompt import same_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A context; its last id is what a block's first row reads."""

    ids: tuple[int, ...]
    """All ids in the order they are read."""
    memory: Cache
    """Keys and values of ids[:-1], maybe of fewer yet, maybe of more behind them."""
    cached: int
    """Ids that had been read before."""

    @property
    def tokens(self) -> int:
        """Ids of the context."""
        return len(self.ids)

    @property
    def filled(self) -> int:
        """Ids of the context whose keys and values are there."""
        return min(self.memory.length, len(self.ids) - 1)

    @property
    def pending(self) -> tuple[int, ...]:
        """Ids that were left to the next pass."""
        return self.ids[self.filled : -1]


@dataclass(slots=True)
class BlockCache:
    """What a canvas has left behind while it was read left to right."""

    context: Read
    """The context it was read after."""
    memory: Cache
    """Keys and values of the rows that were read."""
    reads: list[int] = field(default_factory=list)
    """What those rows read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A canvas's rows in a forward, and which of them speak."""

    inputs: Inputs
    """The rows."""
    speaking: Ids
    """Rows that speak of the places asked about, then of guesses, (R,)."""


def block_inputs(context: Read, one: Pass) -> Sent:
    """Return all rows of a block, seeing everything."""
    pending, shown = context.pending, np.where(one.canvas.masked, MASK, one.canvas.ids)
    reads = np.concatenate([[*pending, context.ids[-1]], shown[:-1]])
    first = len(pending)
    mask = None
    if first:
        rows = np.arange(len(reads))
        own = (rows <= rows[:, None]) | (rows >= first)[:, None]
        mask = np.concatenate([np.ones((len(reads), context.filled), np.bool_), own], axis=1)
    return Sent(
        inputs=Inputs(
            reads=reads,
            positions=np.arange(len(reads)) + context.filled,
            adapted=np.arange(len(reads)) >= first,
            past=((context.memory, context.filled),),
            mask=mask,
            kept=((context.memory, first),) if first else (),
        ),
        speaking=one.places + first,
    )


def causal_inputs(cache: BlockCache, one: Pass) -> Sent:
    """Return the rows of a block that were not read yet, each seeing those before it."""
    context, stop = cache.context, int(one.places[-1]) + 1
    pending, reads = context.pending, _left_to_right(context, one)[:stop]
    first = min(same_start(cache.reads, reads), int(one.places[0]))
    cache.reads, cache.memory.length = reads, first
    trunk = np.arange(first, stop)  # places whose rows are sent, each reading what is before it
    hosts = one.places[one.guessed].repeat(one.lookahead)  # the place each guess stands behind
    further = np.tile(np.arange(1, one.lookahead + 1), len(one.guessed))
    places = np.concatenate([trunk, hosts + further])
    sent = np.concatenate([pending, reads[first:], np.full(len(hosts), MASK)]).astype(np.int64)
    base = len(pending)
    positions = np.concatenate([np.arange(base) + context.filled, places + context.tokens - 1])
    guesses = np.arange(len(hosts)) + base + len(trunk)
    return Sent(
        inputs=Inputs(
            reads=sent,
            positions=positions,
            adapted=np.arange(len(sent)) >= base,
            past=((context.memory, context.filled), (cache.memory, first)),
            mask=_sees(context.filled, first, base, trunk, hosts),
            kept=((context.memory, base), (cache.memory, len(trunk))),
        ),
        speaking=np.concatenate([one.places - first + base, guesses]),
    )


def _sees(filled: int, first: int, pending: int, trunk: Ids, hosts: Ids) -> Flags:
    """Return whether a row sees context, kept block, and rows; (N, filled + first + N) bool.

    Rows are those of pending ids, of the block, and of guesses, in this order.
    """
    last = np.concatenate([np.full(pending, -1), trunk, hosts])  # last place of the block seen
    group = np.concatenate([np.full(pending + len(trunk), -2), hosts])
    order = np.arange(pending)
    context = np.ones((len(last), filled), np.bool_)
    kept = np.arange(first) <= last[:, None]
    begun = np.ones((len(last), pending), np.bool_)
    begun[:pending] = order <= order[:, None]
    block = trunk <= last[:, None]
    guessed = group[:, None] == hosts
    return np.concatenate([context, kept, begun, block, guessed], axis=1)


def _left_to_right(context: Read, one: Pass) -> list[int]:
    """What the rows of a canvas read, its draft included: the id left of it, then its places."""
    shown = np.where(one.canvas.masked, MASK, one.canvas.ids)
    shown[one.places[: len(one.draft)]] = one.draft
    return [context.ids[-1], *shown[:-1].tolist()]


def rows_of(context: Read, cache: BlockCache | None, one: Pass) -> int:
    """Count the rows that a pass sends."""
    if not one.causal:
        return len(context.pending) + len(one.canvas)
    kept = min(len(cache.reads), int(one.places[0])) if cache else 0
    return len(context.pending) + int(one.places[-1]) + 1 - kept + one.lookahead * len(one.guessed)
