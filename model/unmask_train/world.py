"""The processes that train one adapter together: one alone, or those that torchrun started.

Each draws examples of its own; gradients are averaged, so that all hold the same adapter. Only an
adapter is learned, some tens of megabytes with its optimiser: nothing is sharded.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, distributed


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """This process among its kind."""

    rank: int = 0
    """Number of this process, from 0."""
    size: int = 1
    """How many there are."""

    @classmethod
    def join(cls) -> "World":
        """Meet the others, if torchrun's environment variables say that there are some."""
        if int(os.environ.get("WORLD_SIZE", "1")) == 1:
            return cls()
        distributed.init_process_group("gloo")
        return cls(rank=distributed.get_rank(), size=distributed.get_world_size())

    @property
    def first(self) -> bool:
        """Whether this process writes files and speaks to people."""
        return self.rank == 0

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replace every tensor by its mean over all processes."""
        if self.size == 1:
            return
        for tensor in tensors:
            distributed.all_reduce(tensor)
            tensor /= self.size

    def agree(self, value: float) -> float:
        """Return the first process's value: clocks differ, and all must stop at the same step."""
        if self.size == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64)
        distributed.broadcast(shared, src=0)
        return float(shared)

    def leave(self) -> None:
        """Part from the others when all is done."""
        if self.size > 1:
            distributed.barrier()
            distributed.destroy_process_group()
