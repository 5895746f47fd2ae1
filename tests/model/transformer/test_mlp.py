"""Mixtures of experts against a loop that says the same in a plain way."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import silu

from unmask_model.transformer.linear import Linear
from unmask_model.transformer.mlp import Gated, Mixture, Routing

HIDDEN, WIDTH = 6, 4
ROUTINGS = {
    "softmax": Routing(experts=6, chosen=2, intermediate=WIDTH),
    "biased softmax": Routing(experts=6, chosen=2, intermediate=WIDTH, biased=True),
    "shared": Routing(experts=6, chosen=3, intermediate=WIDTH, shared=WIDTH),
    "groups": Routing(
        experts=6,
        chosen=2,
        intermediate=WIDTH,
        biased=True,
        sigmoid=True,
        groups=3,
        groups_chosen=2,
        normalized=True,
        scale=2.5,
    ),
}


def gated(width: int) -> Gated:
    return Gated(
        gate_up=Linear(torch.randn(2 * width, HIDDEN)), down=Linear(torch.randn(HIDDEN, width))
    )


def plainly(mixture: Mixture, row: Tensor) -> Tensor:
    """One row, expert by expert."""
    routing, scores = mixture.routing, mixture.router @ row
    weights = scores.sigmoid() if routing.sigmoid else scores.softmax(0)
    ranked = weights if mixture.bias is None else weights + mixture.bias
    allowed = set(range(routing.experts))
    if routing.groups > 1:
        size = routing.experts // routing.groups
        groups = [list(range(g * size, (g + 1) * size)) for g in range(routing.groups)]
        worth = [sum(sorted(float(ranked[e]) for e in group)[-2:]) for group in groups]
        best = sorted(range(routing.groups), key=lambda g: -worth[g])[: routing.groups_chosen]
        allowed = {e for g in best for e in groups[g]}
    chosen = sorted(allowed, key=lambda e: -float(ranked[e]))[: routing.chosen]
    weigh = weights if routing.sigmoid else ranked
    total = sum(float(weigh[e]) for e in chosen) if routing.normalized else 1.0
    out = torch.zeros(HIDDEN)
    for e in chosen:
        expert = mixture.experts[e]
        gate, up = expert.gate_up(row[None])[0].chunk(2)
        out += expert.down((silu(gate) * up)[None])[0] * weigh[e] / total * routing.scale
    return out + mixture.shared(row[None])[0] if mixture.shared else out


@pytest.mark.parametrize("name", ROUTINGS)
def test_a_mixture_is_the_weighted_sum_of_the_chosen_experts(name: str) -> None:
    torch.manual_seed(3)
    routing = ROUTINGS[name]
    mixture = Mixture(
        routing=routing,
        router=torch.randn(routing.experts, HIDDEN),
        bias=0.3 * torch.randn(routing.experts) if routing.biased else None,
        experts=tuple(gated(WIDTH) for _ in range(routing.experts)),
        shared=gated(WIDTH) if routing.shared else None,
    )
    rows = torch.randn(9, HIDDEN)
    expected = torch.stack([plainly(mixture, row) for row in rows])
    assert torch.allclose(mixture(rows), expected, atol=1e-5)
