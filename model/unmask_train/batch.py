"""Examples as tensors: contexts side by side, and for each block several copies to learn from.

A copy is a canvas as some moment of decoding might show it: all masked, a known left part, some
places known anywhere, or all known and read left to right. Axes: G contexts, C context tokens,
S = blocks * copies * B slots of one context. The slot before a place predicts it (the shift of
the causal base), so slot i of a block reads place i - 1, and slot 0 the token left of the block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor

from unmask_train.examples import Example


class Copy(IntEnum):
    """What a copy of a block shows of itself."""

    BLANK = 0
    LEFT = 1
    SCATTERED = 2
    CAUSAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One optimiser step's input."""

    context: Tensor
    """Context ids, (G, C); padded with END."""
    slots: Tensor
    """What each slot reads: an id, or -1 for the mask row, (G, S)."""
    positions: Tensor
    """Position of each slot, (G, S)."""
    targets: Tensor
    """Id each slot predicts, (G, S)."""
    weights: Tensor
    """Weight of each slot's loss; 0 where nothing is asked, (G, S) float32."""
    sees_context: Tensor
    """Whether a slot sees a context token, (G, S, C) bool."""
    sees_slots: Tensor
    """Whether a slot sees another, (G, S, S) bool."""
    kinds: Tensor
    """Copy kind of each slot, (G, S)."""
    places: Tensor
    """Place each slot predicts, counted from the block's start, (G, S)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """How much each kind of place counts."""

    after_end: float = 0.05
    """Weight of a place behind the first END."""
    decay: float = 0.93
    """Factor for each place further from what is known on the left."""
    floor: float = 0.2
    """Least weight that the decay leaves."""
    causal: float = 0.5
    """Factor of the left-to-right copy."""


class Batcher:
    """Builds batches of one block length at a time."""

    def __init__(self, copies: Sequence[Copy], end: int, weighting: Weighting, seed: int) -> None:
        self._copies = copies
        self._end = end
        self._weighting = weighting
        self._random = torch.Generator().manual_seed(seed)

    def build(self, examples: Sequence[Example], length: int, blocks: int) -> Batch:
        """Lay out `examples` with blocks of `length` places; missing blocks weigh nothing."""
        rows = [self._example(example, length, blocks) for example in examples]
        width = max(len(example.ids) for example in examples)
        context = torch.full((len(rows), width), self._end)
        sees = torch.zeros(len(rows), rows[0]["slots"].shape[0], width, dtype=torch.bool)
        for index, (example, row) in enumerate(zip(examples, rows, strict=True)):
            context[index, : len(example.ids)] = torch.tensor(example.ids)
            sees[index] = torch.arange(width) < row["limit"][:, None]
        stacked = {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
        stacked.pop("limit")
        return Batch(
            context=context,
            sees_context=sees,
            sees_slots=self._own_copy(length, blocks, stacked["kinds"]),
            **stacked,
        )

    def _example(self, example: Example, length: int, blocks: int) -> dict[str, Tensor]:
        copies = [
            self._copy(example.ids, start, length, kind)
            for start in example.starts
            for kind in self._copies
        ]
        missing = blocks - len(example.starts)
        blank = {name: torch.zeros_like(value) for name, value in copies[0].items()}
        blank["limit"] = torch.ones_like(blank["limit"])
        copies += [blank] * (missing * len(self._copies))
        return {name: torch.cat([copy[name] for copy in copies]) for name in copies[0]}

    def _copy(self, ids: tuple[int, ...], start: int, length: int, kind: Copy) -> dict[str, Tensor]:
        inside = list(ids[start : start + length])
        known_length = len(inside)
        targets = torch.tensor(inside + [self._end] * (length - known_length))
        known = self._known(kind, length, known_length)
        shown = torch.where(known, targets, -1)
        return {
            "slots": torch.cat([torch.tensor([ids[start - 1]]), shown[:-1]]),
            "positions": torch.arange(start - 1, start - 1 + length),
            "targets": targets,
            "weights": self._weights(kind, known, known_length),
            "kinds": torch.full((length,), int(kind)),
            "places": torch.arange(length),
            "limit": torch.full((length,), start - 1),
        }

    def _known(self, kind: Copy, length: int, inside: int) -> Tensor:
        """Places the copy shows, (B,) bool; a scattered copy masks at least one real place."""
        if kind is Copy.CAUSAL:
            return torch.ones(length, dtype=torch.bool)
        if kind is Copy.LEFT:
            return torch.arange(length) < self._below(inside) + 1
        if kind is Copy.SCATTERED:
            rate = 0.15 + 0.8 * float(torch.rand((), generator=self._random))
            known = torch.rand(length, generator=self._random) > rate
            known[self._below(min(inside + 1, length))] = False
            return known
        return torch.zeros(length, dtype=torch.bool)

    def _weights(self, kind: Copy, known: Tensor, inside: int) -> Tensor:
        weighting, places = self._weighting, torch.arange(len(known))
        behind_end = torch.where(places > inside, weighting.after_end, 1.0)
        if kind is Copy.CAUSAL:
            return weighting.causal * torch.where(places > inside, 0.0, 1.0)
        reached = int(known.int().argmin()) if not bool(known.all()) else len(known)
        far = weighting.decay ** (places - reached).clamp(min=0)
        return torch.where(known, 0.0, behind_end * far.clamp(min=weighting.floor))

    def _own_copy(self, length: int, blocks: int, kinds: Tensor) -> Tensor:
        slots = torch.arange(blocks * len(self._copies) * length)
        same = slots[:, None] // length == slots // length  # (S, S)
        before = slots[:, None] >= slots
        return same & (before | (kinds[:, :, None] != int(Copy.CAUSAL)))

    def _below(self, stop: int) -> int:
        return int(torch.randint(max(stop, 1), (), generator=self._random))
