"""Copies of a block: a canvas as some moment of decoding might show it.

All masked, a known left part, some places known anywhere, or all known and read left to right.
Behind places of the left-to-right copy may stand groups of masked slots that guess ahead: what a
decoder drafts while it checks (as in multi-token prediction, arXiv 2507.11851).

The slot before a place predicts it (the shift of the causal base): slot i of a block reads place
i - 1, and slot 0 the token left of the block.
"""

from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor

from unmask_train.examples.examples import Example
from unmask_train.examples.slots import Slots


class Copy(IntEnum):
    """What a copy of a block shows of itself."""

    BLANK = 0
    LEFT = 1
    SCATTERED = 2
    CAUSAL = 3
    AHEAD = 4
    """Groups of masked slots behind places of the CAUSAL copy; never a copy of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which copies of a block are made."""

    copies: tuple[tuple[Copy, ...], ...] = (
        (Copy.BLANK, Copy.LEFT, Copy.SCATTERED),
        (Copy.CAUSAL,),
    )
    """One copy each, of a kind that is drawn from the given ones."""
    groups: int = 8
    """Groups of slots that guess ahead in the CAUSAL copy."""
    ahead: int = 4
    """Slots of a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """How much each kind of place counts."""

    after_end: float = 0.05
    """Weight of a place behind the first END."""
    decay: float = 0.93
    """Factor for each place further from what is known on the left."""
    floor: float = 0.2
    """Least weight that the decay leaves."""
    causal: float = 1.0
    """Factor of the left-to-right copy."""
    ahead: float = 0.7
    """Factor of the slots that guess ahead."""
    ahead_decay: float = 0.8
    """Factor for each further slot of a group."""


class Copier:
    """Makes the copies of blocks; the same seed makes the same ones."""

    def __init__(self, layout: Layout, weighting: Weighting, end: int, seed: int) -> None:
        self._layout = layout
        self._weighting = weighting
        self._end = end
        self._random = torch.Generator().manual_seed(seed)

    def slots_of_block(self, length: int) -> int:
        """Count the slots of one block of `length` places."""
        layout = self._layout
        groups = layout.groups * layout.copies.count((Copy.CAUSAL,))
        return length * len(layout.copies) + groups * layout.ahead

    def block(self, example: Example, start: int, length: int, first_copy: int) -> Slots:
        """Return all copies of the block that starts at `start`, numbered from `first_copy`."""
        far = length + self._layout.ahead
        inside = example.ids[start : start + far]
        targets = torch.tensor([*inside, *[self._end] * (far - len(inside))])
        whole = _Block(example.ids[start - 1], start, length, len(inside), targets)
        parts = []
        for number, kinds in enumerate(self._layout.copies, first_copy):
            kind = kinds[self._below(len(kinds))]
            parts.append(self._copy(whole, kind, number))
            if kind is Copy.CAUSAL:
                parts += [self._group(whole, number, k + 1) for k in range(self._layout.groups)]
        return Slots.join(parts)

    def _copy(self, block: "_Block", kind: Copy, number: int) -> Slots:
        known = self._known(kind, block.length, min(block.inside, block.length))
        targets = block.targets[: block.length]
        shown = torch.where(known, targets, -1)
        places = torch.arange(block.length)
        same = torch.full_like(places, 1)
        return Slots(
            reads=torch.cat([torch.tensor([block.before]), shown[:-1]]),
            positions=places + block.start - 1,
            targets=targets,
            weights=self._weights(kind, known, block.inside),
            kinds=same * int(kind),
            places=places,
            limits=same * (block.start - 1),
            copies=same * number,
            groups=same * 0,
            orders=places if kind is Copy.CAUSAL else same * block.length,
        )

    def _group(self, block: "_Block", number: int, group: int) -> Slots:
        """Slots that guess what follows the place after a random slot of the causal copy."""
        behind = self._below(min(block.inside, block.length))
        count = self._layout.ahead
        places = torch.arange(count) + behind + 1
        same = torch.ones(count, dtype=torch.int64)
        weighting = self._weighting
        far = weighting.ahead_decay ** torch.arange(count)
        return Slots(
            reads=-same,
            positions=places + block.start - 1,
            targets=block.targets[places],
            weights=weighting.ahead * far * torch.where(places > block.inside, 0.0, 1.0),
            kinds=same * int(Copy.AHEAD),
            places=places,
            limits=same * (block.start - 1),
            copies=same * number,
            groups=same * group,
            orders=same * behind,
        )

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
        if kind is Copy.CAUSAL:
            return weighting.causal * torch.where(places > inside, 0.0, 1.0)
        behind_end = torch.where(places > inside, weighting.after_end, 1.0)
        reached = int(known.int().argmin())
        far = weighting.decay ** (places - reached).clamp(min=0)
        return torch.where(known, 0.0, behind_end * far.clamp(min=weighting.floor))

    def _below(self, stop: int) -> int:
        return int(torch.randint(max(stop, 1), (), generator=self._random))


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of an example."""

    before: int
    """Id that slot 0 reads."""
    start: int
    """Index of the first token in the example."""
    length: int
    """Places."""
    inside: int
    """Tokens of the hole from the start on, as far as copies look; the next is END."""
    targets: Tensor
    """Ids of the places and of a few behind them."""
