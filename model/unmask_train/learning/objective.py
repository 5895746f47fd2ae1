"""The loss, and the figures that tell how far a training run is."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from unmask_model.transformer.linear import Projection
from unmask_train.examples.batch import Batch
from unmask_train.examples.masked_copies import Copy
from unmask_train.learning.distillation import Lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Loss and predictions of one batch."""

    loss: Tensor
    """Weighted mean of the cross-entropies, a scalar with gradients."""
    by_kind: dict[str, float]
    """Plain mean of the cross-entropies of each kind of copy, END included once."""
    asked: Tensor
    """Whether a slot has a loss, (G, S) bool."""
    right: Tensor
    """Whether each slot's best id is its target, (G, S) bool; False where nothing is asked."""

    def figures(self) -> dict[str, float]:
        """Return the losses as plain numbers."""
        return {"loss": float(self.loss.detach())} | self.by_kind


class Objective:
    """Cross-entropy over a head trimmed to the ids that occur; other targets are left out."""

    def __init__(self, head: Projection, head_ids: Tensor) -> None:
        self._head = head
        self._head_ids = head_ids

    def __call__(self, rows: Tensor, batch: Batch) -> Outcome:
        """`rows` are the last hidden rows of all slots, (G * S, hidden)."""
        asked = (batch.weights > 0) & self._present(batch.targets)
        logits = self._head(rows[asked.flatten()]).float()
        choices = torch.full_like(batch.targets, -1)
        choices[asked] = self._head_ids[logits.detach().argmax(-1)]
        lesson = Lesson.of(batch, choices)
        columns = torch.searchsorted(self._head_ids, lesson.targets[asked])
        losses = torch.zeros_like(batch.weights).masked_scatter(
            asked, cross_entropy(logits, columns, reduction="none")
        )
        weights = lesson.weights * asked
        return Outcome(
            loss=(losses * weights).sum() / weights.sum(),
            by_kind=_by_kind(losses.detach(), batch.kinds, weights),
            asked=weights > 0,
            right=(weights > 0) & (choices == lesson.targets),
        )

    def _present(self, ids: Tensor) -> Tensor:
        """Whether the head has a row for each id."""
        columns = torch.searchsorted(self._head_ids, ids).clamp(max=len(self._head_ids) - 1)
        return self._head_ids[columns] == ids


def mean_figures(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each figure over the parts of a step that have it."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: fmean(part[name] for part in parts if name in part) for name in names}


def _by_kind(losses: Tensor, kinds: Tensor, weights: Tensor) -> dict[str, float]:
    counted = weights >= 0.1  # the places behind END would drown the rest
    means = {}
    for kind in Copy:
        chosen = losses[(kinds == int(kind)) & counted]
        if len(chosen):
            means[kind.name.lower()] = float(chosen.mean())
    return means


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How well blocks of held-out files are read."""

    at_place: tuple[float, ...]
    """Share right at place 0, 1, 2, 3 of fully masked blocks."""
    run: float
    """Mean length of the run of right places from the start of a fully masked block."""
    causal: float
    """Share right of all places, left to right."""
    ahead: float
    """Mean length of the run of guesses that agree with the model's own reading left to right."""

    @classmethod
    def of(cls, outcome: Outcome, batch: Batch, length: int, ahead: int) -> "Reading":
        """Measure BLANK copies of `length` places, and CAUSAL ones with groups of `ahead`."""
        blank = outcome.right[batch.kinds == int(Copy.BLANK)].view(-1, length).float()
        causal = outcome.right[(batch.kinds == int(Copy.CAUSAL)) & outcome.asked].float()
        guesses = batch.kinds == int(Copy.AHEAD)
        groups = outcome.right[guesses].view(-1, ahead).float()
        begun = outcome.asked[guesses].view(-1, ahead)[:, 0]
        return cls(
            at_place=tuple(blank[:, :4].mean(0).tolist()),
            run=_run(blank),
            causal=float(causal.mean()),
            ahead=_run(groups[begun]),
        )


def _run(right: Tensor) -> float:
    """Mean length of the right runs at the start of rows, (N, B)."""
    return float(right.cumprod(-1).sum(-1).mean())
