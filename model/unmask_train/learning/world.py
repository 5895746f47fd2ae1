"""The processes that train one adapter together: one alone, or those that torchrun started.

Each draws examples of its own, on a GPU of its own where there are some; gradients are averaged, so
that all hold the same adapter. The optimiser's moments are shared out among them (ZeRO stage 1,
arXiv 1910.02054); the frozen base is not, each process holds it whole.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, distributed
from torch.optim import AdamW, Optimizer

from unmask_model.transformer.precision import best_device


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """This process among those that train together."""

    rank: int = 0
    """Number of this process, from 0."""
    size: int = 1
    """Number of processes."""
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    """Where this process computes."""

    @classmethod
    def join(cls) -> "World":
        """Join the other processes, if torchrun's environment variables say that there are some."""
        device = best_device()
        if int(os.environ.get("WORLD_SIZE", "1")) == 1:
            return cls(device=device)
        if device.type == "cuda":
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
            torch.cuda.set_device(device)
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        size = distributed.get_world_size()
        return cls(rank=distributed.get_rank(), size=size, device=device)

    @property
    def first(self) -> bool:
        """Whether this process writes files and speaks to people."""
        return self.rank == 0

    def optimiser(self, parameters: Iterable[Tensor]) -> Optimizer:
        """Return an optimiser of which this process holds its share."""
        if self.size == 1:
            return AdamW(parameters, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0)
        from torch.distributed.optim import ZeroRedundancyOptimizer  # its import takes long

        return ZeroRedundancyOptimizer(
            parameters, optimizer_class=AdamW, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0
        )

    def gather(self, optimiser: Optimizer) -> None:
        """Bring all shares of an optimiser to the first process; all must call it."""
        if self.size > 1:
            optimiser.consolidate_state_dict(to=0)  # type: ignore[attr-defined]  # `optimiser`'s

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
        shared = torch.tensor(value, dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, src=0)
        return float(shared)

    def leave(self) -> None:
        """Leave the group of processes when the run is over."""
        if self.size > 1:
            distributed.barrier()
            distributed.destroy_process_group()
