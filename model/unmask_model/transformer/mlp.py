"""What a decoder layer does to each row by itself: one gated MLP, or a choice among many."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import linear, silu

from unmask_model.transformer.linear import Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """`down(silu(gate(row)) * up(row))`."""

    gate_up: Projection
    """Gate and up side by side."""
    down: Projection
    """Back to a row."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, hidden) to (N, hidden)."""
        gate, up = self.gate_up(rows).chunk(2, dim=-1)
        return self.down(silu(gate) * up)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """How a row finds its experts, and how much each of them counts."""

    experts: int
    chosen: int
    """Experts a row goes through."""
    intermediate: int
    """Width inside an expert."""
    shared: int = 0
    """Width inside the expert that every row goes through; 0: there is none."""
    biased: bool = False
    """Whether something learned is added to the scores before experts are chosen."""
    sigmoid: bool = False
    """Scores are sigmoids, and the bias only chooses; else a softmax, and it weighs too."""
    groups: int = 1
    """Groups of experts that lie side by side; first groups are chosen, then experts in them."""
    groups_chosen: int = 1
    """Groups whose experts may be chosen; a group counts as much as its two best experts."""
    normalized: bool = False
    """Whether the weights of the chosen experts are made to sum to one."""
    scale: float = 1.0
    """What the weights are multiplied with."""
    dense_layers: frozenset[int] = frozenset()
    """Layers that have one MLP all the same."""

    def __call__(self, scores: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor]:
        """From router outputs (N, E) to the chosen experts and their weights, (N, C) both."""
        weights = scores.sigmoid() if self.sigmoid else scores.softmax(dim=-1)
        ranked = weights if bias is None else weights + bias
        chosen = self._within_best_groups(ranked).topk(self.chosen, dim=-1).indices
        taken = (weights if self.sigmoid else ranked).gather(1, chosen)
        if self.normalized:
            taken = taken / (taken.sum(dim=-1, keepdim=True) + 1e-20)
        return chosen, taken * self.scale

    def _within_best_groups(self, ranked: Tensor) -> Tensor:
        if self.groups == self.groups_chosen:
            return ranked
        grouped = ranked.unflatten(1, (self.groups, -1))  # (N, G, E / G)
        worth = grouped.topk(2, dim=-1).values.sum(dim=-1)
        best = worth.topk(self.groups_chosen, dim=-1).indices
        open_ = torch.zeros_like(worth, dtype=torch.bool).scatter_(1, best, True)
        closed: Tensor = grouped.masked_fill(~open_[..., None], -torch.inf)
        return closed.flatten(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """A mixture of experts: each row goes through a few of many gated MLPs."""

    routing: Routing
    router: Tensor
    """Scores of the experts, (E, hidden)."""
    bias: Tensor | None
    """Added to the scores to choose, (E,)."""
    experts: tuple[Gated, ...]
    """E of them."""
    shared: Gated | None
    """The one that every row goes through."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, hidden) to (N, hidden)."""
        scores = linear(rows.float(), self.router.float())
        chosen, weights = self.routing(scores, self.bias)
        out = self.shared(rows) if self.shared else torch.zeros_like(rows)
        ranked = chosen.flatten().argsort(stable=True)  # choices by expert, (N * C,)
        of_row = ranked // chosen.shape[1]
        every = torch.arange(len(self.experts), device=chosen.device)
        counts = (
            (chosen.flatten() == every[:, None]).sum(1).tolist()
        )  # all a layer's host waits for
        parts = zip(self.experts, rows[of_row].split(counts), strict=True)
        mapped = torch.cat([expert(part) for expert, part in parts if len(part)])
        return out.index_add(0, of_row, mapped * weights.flatten()[ranked, None].to(rows.dtype))
