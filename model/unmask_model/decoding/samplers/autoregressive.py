"""Left to right, one place a step: the honest baseline on the same weights."""

from dataclasses import dataclass
from typing import ClassVar

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.sampler import Query, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoregressive:
    """The first open place in each step, read causally."""

    causal: ClassVar[bool] = True

    def __call__(self, canvas: Canvas, outlook: Outlook | None = None) -> Steps:
        """Unmask `canvas`."""
        while not canvas.done:
            proposal = yield Query(places=canvas.open_places[:1], causal=True)
            canvas.commit(proposal.places, proposal.ids, proposal.confidence)
