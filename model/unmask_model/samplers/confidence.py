"""Commit every place the model is sure enough of (Fast-dLLM, arXiv 2505.22618)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from unmask_model.canvas import Canvas
from unmask_model.sampler import Query, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """All places at or above a threshold in each step, and always at least the surest one."""

    threshold: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Least probability that is committed without need, 0 to 1."""

    def __call__(self, canvas: Canvas) -> Steps:
        """Unmask `canvas`."""
        while not canvas.done:
            proposal = yield Query(places=canvas.open_places)
            sure = proposal.confidence >= self.threshold  # (P,)
            sure[proposal.confidence.argmax()] = True
            canvas.commit(proposal.places[sure], proposal.ids[sure], proposal.confidence[sure])
