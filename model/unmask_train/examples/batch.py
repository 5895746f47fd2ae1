"""Examples as tensors: contexts side by side, and for each block its copies.

Axes: G contexts, C context tokens, S slots of one context.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from unmask_train.examples.examples import Example
from unmask_train.examples.masked_copies import Copier, Layout, Weighting
from unmask_train.examples.slots import Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One optimiser step's input."""

    context: Tensor
    """Context ids, (G, C); padded with END."""
    reads: Tensor
    """What each slot reads: an id, or -1 for the mask row, (G, S)."""
    positions: Tensor
    """Position of each slot, (G, S)."""
    targets: Tensor
    """Id each slot predicts, (G, S)."""
    weights: Tensor
    """Weight of each slot's loss; 0 where nothing is asked, (G, S) float32."""
    kinds: Tensor
    """Copy kind of each slot, (G, S)."""
    sees_context: Tensor
    """Whether a slot sees a context token, (G, S, C) bool."""
    sees_slots: Tensor
    """Whether a slot sees another, (G, S, S) bool."""
    twins: Tensor
    """Slot that reads the place a guess is about, -1 if none, (G, S)."""
    paths: Tensor
    """Whether a guess relies on another slot without seeing its answer, (G, S, S) bool."""

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on a device."""
        names = self.__dataclass_fields__
        return Batch(**{name: getattr(self, name).to(device) for name in names})


class Batcher:
    """Builds batches of one block length at a time."""

    def __init__(self, layout: Layout, weighting: Weighting, end: int, seed: int) -> None:
        self._copier = Copier(layout, weighting, end, seed)
        self._copies = len(layout.copies)
        self._end = end

    def build(self, examples: Sequence[Example], length: int, blocks: int) -> Batch:
        """Lay out `examples` with blocks of `length` places; missing blocks weigh nothing."""
        rows = [self._row(example, length, blocks) for example in examples]
        width = max(len(example.ids) for example in examples)
        context = torch.full((len(rows), width), self._end)
        for index, example in enumerate(examples):
            context[index, : len(example.ids)] = torch.tensor(example.ids)
        limits = torch.stack([row.limits for row in rows])
        return Batch(
            context=context,
            reads=torch.stack([row.reads for row in rows]),
            positions=torch.stack([row.positions for row in rows]),
            targets=torch.stack([row.targets for row in rows]),
            weights=torch.stack([row.weights for row in rows]),
            kinds=torch.stack([row.kinds for row in rows]),
            sees_context=torch.arange(width) < limits[:, :, None],
            sees_slots=torch.stack([row.sees() for row in rows]),
            twins=torch.stack([row.twins() for row in rows]),
            paths=torch.stack([row.paths() for row in rows]),
        )

    def _row(self, example: Example, length: int, blocks: int) -> Slots:
        parts = [
            self._copier.block(example, start, length, block * self._copies)
            for block, start in enumerate(example.starts)
        ]
        missing = (blocks - len(parts)) * self._copier.slots_of_block(length)
        return Slots.join([*parts, Slots.idle(missing, copy=-1)])
