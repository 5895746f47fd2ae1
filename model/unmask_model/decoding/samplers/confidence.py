"""Commit every place the model is sure enough of (Fast-dLLM, arXiv 2505.22618)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.sampler import Query, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """All places at or above a threshold in each step, and always at least the surest one.

    An END closes everything behind it, so it is committed only where nothing before it is open: a
    model is soon sure that a far place is behind the end, and not yet what stands before that.
    """

    causal: ClassVar[bool] = False
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Least probability that is committed without need, 0 to 1."""

    def __call__(self, canvas: Canvas, outlook: Outlook | None = None) -> Steps:
        """Unmask `canvas`."""
        while not canvas.done:
            proposal = yield Query(places=canvas.open_places)
            early_end = proposal.ids == canvas.end  # (P,)
            early_end[0] = False
            sure = proposal.confidence >= self.threshold
            sure &= ~early_end | np.minimum.accumulate(sure)
            sure[np.where(early_end, -1.0, proposal.confidence).argmax()] = True
            canvas.commit(proposal.places[sure], proposal.ids[sure], proposal.confidence[sure])
