"""What the model proposes for the places of a canvas: the best id at each, and how sure it is.

Samplers see proposals, never logits: temperature, seeds and the constraint of typed characters
are dealt with here, once, for all of them.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """What may follow each of P places: A ids that were guessed without seeing the place's own."""

    ids: Tensor
    """Row i, column k: the id k + 1 places behind places[i], (P, A) int64."""
    confidence: Tensor
    """Probability of each, (P, A) float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One id a place, for the P places that were asked about."""

    places: Tensor
    """Places of the canvas, ascending, (P,) int64."""
    ids: Tensor
    """Proposed token ids, (P,) int64."""
    confidence: Tensor
    """Probability of each proposed id under the model, (P,) float32."""
    ahead: Guesses | None = None
    """What may follow each place, where that was asked for."""


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
    log_probability = torch.log_softmax(logits, dim=-1, dtype=torch.float32)  # (P, V)
    best, columns = log_probability.max(dim=-1)
    if temperature > 0:
        weights = torch.softmax(log_probability / temperature, dim=-1)
        columns = torch.multinomial(weights, 1, generator=random)[:, 0]
        best = log_probability.gather(1, columns[:, None])[:, 0]
    return Proposal(
        places=places,
        ids=columns if head_ids is None else head_ids[columns],
        confidence=best.exp(),
    )


def with_guesses(proposal: Proposal, guessed: Proposal) -> Proposal:
    """Return `proposal` with the P * A proposals of what follows its P places, in turn."""
    shape = (len(proposal.places), -1)
    guesses = Guesses(ids=guessed.ids.view(shape), confidence=guessed.confidence.view(shape))
    return replace(proposal, ahead=guesses)
