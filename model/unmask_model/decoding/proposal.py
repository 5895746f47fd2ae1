"""What the model proposes for the places of a canvas: the best id at each, and how sure it is.

Samplers see proposals, never logits: how an id is chosen is dealt with here, once, for all of them.
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
    lookahead: Guesses | None = None
    """What may follow each place, where that was asked for."""


def propose(places: Tensor, logits: Tensor, head_ids: Tensor | None = None) -> Proposal:
    """Choose the most probable id for each place; ties go to the lowest column.

    `logits` is (P, V); column c speaks of id `head_ids[c]`, or of id c where the head is whole.
    """
    best, columns = _brought(torch.log_softmax(logits, dim=-1, dtype=torch.float32).max(dim=-1))
    return Proposal(places=places, ids=_ids(columns, head_ids), confidence=best.exp())


def second_best(proposal: Proposal, logits: Tensor, head_ids: Tensor | None = None) -> Proposal:
    """Choose the next id for each place of a proposal that was made of the same logits (P, V)."""
    taken = _ids(torch.arange(logits.shape[1]), head_ids) == proposal.ids[:, None]  # (P, V)
    probability = torch.softmax(logits, dim=-1, dtype=torch.float32)
    best, columns = _brought(probability.masked_fill(taken.to(logits.device), 0.0).max(dim=-1))
    return Proposal(places=proposal.places, ids=_ids(columns, head_ids), confidence=best)


def with_guesses(proposal: Proposal, guessed: Proposal) -> Proposal:
    """Return `proposal` with the P * A proposals of what follows its P places, in turn."""
    shape = (len(proposal.places), -1)
    guesses = Guesses(ids=guessed.ids.view(shape), confidence=guessed.confidence.view(shape))
    return replace(proposal, lookahead=guesses)


def _brought(best: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Bring values (float32) and columns of a maximum to the CPU, in one transfer.

    It is all that ever leaves the model's device. A double holds both exactly.
    """
    values, columns = torch.stack([part.double() for part in best]).cpu()
    return values.float(), columns.long()


def _ids(columns: Tensor, head_ids: Tensor | None) -> Tensor:
    return columns if head_ids is None else head_ids[columns]
