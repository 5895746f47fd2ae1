"""What the model proposes for the places of a canvas: the best id at each, and how sure it is.

Samplers see proposals, never logits: how an id is chosen is dealt with here, once, for all of
them. `families/reduction.py` does the same where the logits are, on a GPU.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmask_model.decoding.canvas import Chances, Ids
from unmask_model.decoding.constraints import Constraints


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One id for each of R rows of logits."""

    ids: Ids
    """The most probable id that may be chosen, (R,); of equals the one of the lowest column."""
    confidence: Chances
    """Its probability among those that may be chosen, (R,)."""
    free: Ids
    """The most probable id that stands for text, whatever the request rules out, (R,)."""
    second: Ids
    """The next id, (R,)."""
    second_confidence: Chances
    """Its probability, (R,)."""

    def rows(self, part: slice | list[int] | Ids) -> "Choice":
        """Return some of the rows."""
        return Choice(
            ids=self.ids[part],
            confidence=self.confidence[part],
            free=self.free[part],
            second=self.second[part],
            second_confidence=self.second_confidence[part],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """What may follow one place: A ids that were guessed without seeing the place's own."""

    behind: int
    """Which of the places that were asked about they follow: an index into `Proposal.places`."""
    ids: Ids
    """Column k: the id k + 1 places behind, (A,)."""
    confidence: Chances
    """Probability of each, (A,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One id a place, for the P places that were asked about."""

    places: Ids
    """Places of the canvas, ascending, (P,)."""
    choice: Choice
    """What the model chooses there."""
    lookahead: Guesses | None = None
    """What may follow the last place that counts, where that was asked for."""

    @property
    def ids(self) -> Ids:
        """Proposed token ids, (P,)."""
        return self.choice.ids

    @property
    def confidence(self) -> Chances:
        """Probability of each proposed id under the model, (P,)."""
        return self.choice.confidence

    def some(self, rows: list[int]) -> "Proposal":
        """Return the proposal for some of its places alone."""
        return Proposal(places=self.places[rows], choice=self.choice.rows(rows))


def choose(
    logits: NDArray[np.float32], constraints: Constraints, head_ids: Ids | None = None
) -> Choice:
    """Choose for each row of (R, V) logits, which are written over.

    Column c speaks of id `head_ids[c]`, or of id c where the head is whole.
    """
    logits = logits[:, : constraints.width]
    logits[:, constraints.mute] = -np.inf
    every = np.arange(len(logits))
    free = logits.argmax(1)
    if constraints.rule:
        _rule_out(logits, constraints)
    best = logits.argmax(1) if constraints.rule else free
    height = logits[every, best]
    total = np.exp(logits - height[:, None]).sum(1)
    logits[every, best] = -np.inf
    second = logits.argmax(1)
    return Choice(
        ids=_ids(best, head_ids),
        confidence=(1 / total).astype(np.float32),
        free=_ids(free, head_ids),
        second=_ids(second, head_ids),
        second_confidence=np.exp(logits[every, second] - height) / total,
    )


def agreed(ids: Ids, draft: Ids) -> int:
    """Count the drafted ids that the model confirms: row k of `ids` speaks of draft[k]."""
    count = min(len(ids), len(draft))
    return int((ids[:count] == draft[:count]).cumprod().sum())


def _rule_out(logits: NDArray[np.float32], constraints: Constraints) -> None:
    logits[constraints.barred_rows, constraints.barred_columns] = -np.inf
    if constraints.spelling is not None:
        spelling = logits[0, constraints.spelling]  # never all barred: its first character stays
        logits[0] = -np.inf
        logits[0, constraints.spelling] = spelling


def _ids(columns: Ids, head_ids: Ids | None) -> Ids:
    return columns if head_ids is None else head_ids[columns]
