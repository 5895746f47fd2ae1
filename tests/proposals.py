"""Proposals as a model would make them, for tests of what goes on with them."""

from collections.abc import Sequence

import numpy as np

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.proposal import Choice, Guesses, Proposal


def chosen(ids: Sequence[int], confidence: Sequence[float]) -> Choice:
    """A choice of ids nobody ruled out, with nothing to say of second ones."""
    every = np.array(ids, np.int64)
    nothing = np.zeros(len(every), np.float32)
    return Choice(
        ids=every,
        confidence=np.array(confidence, np.float32),
        free=every,
        second=every,
        second_confidence=nothing,
    )


def proposed(
    places: Ids,
    ids: Sequence[int],
    confidence: Sequence[float],
    lookahead: Guesses | None = None,
) -> Proposal:
    """A proposal of ids for places."""
    return Proposal(places=places, choice=chosen(ids, confidence), lookahead=lookahead)
