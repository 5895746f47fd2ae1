"""Guesses ahead learn what the model itself would say, not what the author wrote.

A guess is kept by `verify` if the model, reading left to right, says the same. So its target is the
model's own choice at that place, taken from the left-to-right copy of the same forward. That copy
reads the author's text: the choice is the model's own only while the author's tokens before it are
what the model would have said, too. Guesses behind the first other token teach nothing.
(Self-distillation towards greedy blocks as in arXiv 2401.10774 and 2505.22618, without decoding.)
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from unmask_train.examples.batch import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What the slots of a batch should say."""

    targets: Tensor
    """Id each slot should say, (G, S)."""
    weights: Tensor
    """Weight of each slot's loss, (G, S)."""

    @classmethod
    def of(cls, batch: Batch, choices: Tensor) -> "Lesson":
        """`choices` are the ids the model would choose, -1 where nothing is asked, (G, S)."""
        other = (batch.weights > 0) & (choices != batch.targets)
        strayed = (batch.paths & other[:, None, :]).any(-1)
        own = choices.gather(1, batch.twins.clamp(min=0))
        known = (batch.twins >= 0) & (own >= 0)
        return cls(
            targets=torch.where(known, own, batch.targets),
            weights=batch.weights * ~strayed,
        )
