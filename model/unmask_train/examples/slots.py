"""Slots of a training row: what each reads, what it sees, and what it should predict."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Some slots, all fields (N,)."""

    reads: Tensor
    """Id each slot reads, -1 for the mask row."""
    positions: Tensor
    """Position in the sequence."""
    targets: Tensor
    """Id each slot predicts."""
    weights: Tensor
    """Weight of each slot's loss; 0 where nothing is asked, float32."""
    kinds: Tensor
    """Copy kind."""
    places: Tensor
    """Place each slot predicts, counted from the block's start."""
    limits: Tensor
    """Context tokens each slot sees."""
    copies: Tensor
    """Number of the copy; slots of different copies never see each other."""
    groups: Tensor
    """0 in the copy itself, else the number of the group that guesses ahead."""
    orders: Tensor
    """Last slot of the copy itself that a slot sees."""

    def sees(self) -> Tensor:
        """Return whether slot s sees slot t, (N, N) bool."""
        same = self.copies[:, None] == self.copies
        own_group = self.groups[:, None] == self.groups
        trunk = self.groups == 0
        index = torch.where(trunk, self.places, 0)
        return same & torch.where(trunk, index <= self.orders[:, None], own_group)

    def twins(self) -> Tensor:
        """Return the slot of the copy itself that reads the place a guess is about, (N,).

        -1 for slots of the copy itself, and for guesses about places behind the block.
        """
        same = self._guess_and_trunk() & (self.places[:, None] == self.places)
        return torch.where(same.any(1), same.int().argmax(1), -1)

    def paths(self) -> Tensor:
        """Return which slots of its copy a guess relies on but does not see, (N, N) bool.

        They decide the places between what the guess sees and what it is about.
        """
        between = (self.places >= self.orders[:, None]) & (self.places < self.places[:, None])
        return self._guess_and_trunk() & between

    def _guess_and_trunk(self) -> Tensor:
        """Whether s guesses ahead in the copy that t is a slot of, (N, N) bool."""
        trunk = self.groups == 0
        return (self.copies[:, None] == self.copies) & trunk & ~trunk[:, None]

    @classmethod
    def join(cls, parts: Sequence["Slots"]) -> "Slots":
        """Put slots one behind the other."""
        names = cls.__dataclass_fields__
        return cls(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})

    @classmethod
    def idle(cls, count: int, copy: int) -> "Slots":
        """Return slots that weigh nothing, to fill a row up."""
        zeros = torch.zeros(count, dtype=torch.int64)
        return cls(
            reads=zeros,
            positions=zeros,
            targets=zeros,
            weights=torch.zeros(count),
            kinds=zeros - 1,
            places=torch.arange(count),
            limits=zeros + 1,
            copies=zeros + copy,
            groups=zeros,
            orders=torch.arange(count),
        )
