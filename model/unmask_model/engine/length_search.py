"""Asks a model how long the hole is, where it can only fill as many places as it is given.

Blank canvases of several lengths go through the model in one pass, which costs little more than
one of them where weights are what a pass waits for; the length the model is surest of wins.
"""

from collections.abc import Generator

import numpy as np

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.length import Search
from unmask_model.engine.answer.steps import EngineState, ForwardStep, Reply
from unmask_model.families.denoiser import Context, Pass


def search(
    length: Search, context: Context, most: int, state: EngineState
) -> Generator[ForwardStep, Reply, int]:
    """Return how many places the hole has, `most` at most; 0 if the time was up before."""
    end = state.denoiser.vocabulary.end
    speaking = Constraints(mute=state.constraint.mute, width=state.constraint.width)
    passes = tuple(
        Pass(
            context=context,
            canvas=Canvas.blank(places, end),
            places=np.arange(places),
            constraints=speaking,
        )
        for places in length.lengths(most)
    )
    proposals = yield ForwardStep(passes=passes, snapshot=None)
    if proposals is None:
        return 0
    return length.best([proposal.confidence for proposal in proposals])
