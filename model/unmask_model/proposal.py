"""What the model proposes for the places of a canvas: the best id at each, and how sure it is.

Samplers see proposals, never logits: temperature, seeds and the constraint of typed characters
are dealt with here, once, for all of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One id a place, for the P places that were asked about."""

    places: Tensor
    """Places of the canvas, ascending, (P,) int64."""
    ids: Tensor
    """Proposed token ids, (P,) int64."""
    confidence: Tensor
    """Probability of each proposed id under the model, (P,) float32."""
    entropy: Tensor
    """Entropy of each place in nats, (P,) float32."""


def propose(
    places: Tensor,
    logits: Tensor,
    head_ids: Tensor | None = None,
    *,
    temperature: float = 0.0,
    random: torch.Generator | None = None,
) -> Proposal:
    """Choose an id for each place.

    `logits` is (P, V); column c speaks of id `head_ids[c]`, or of id c where the head is whole.
    Temperature 0 takes the most probable id; ties go to the lowest column, so that the choice
    is reproducible.
    """
    log_probability = torch.log_softmax(logits.float(), dim=-1)  # (P, V)
    probability = log_probability.exp()
    if temperature > 0:
        weights = torch.softmax(logits.float() / temperature, dim=-1)
        columns = torch.multinomial(weights, 1, generator=random)[:, 0]
    else:
        columns = log_probability.argmax(dim=-1)
    return Proposal(
        places=places,
        ids=columns if head_ids is None else head_ids[columns],
        confidence=probability.gather(1, columns[:, None])[:, 0],
        entropy=-torch.where(probability > 0, probability * log_probability, 0.0).sum(dim=-1),
    )
