"""A fixed number of passes, for benchmarks: the cost of an answer is known beforehand."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.sampler import Query, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Equal shares of the open places in each step, the surest first."""

    causal: ClassVar[bool] = False
    passes: Annotated[int, Field(ge=1)] = 6
    """Most passes of a canvas; fewer where an END closes places early."""

    def __call__(self, canvas: Canvas, outlook: Outlook | None = None) -> Steps:
        """Unmask `canvas`."""
        left = self.passes
        while not canvas.done:
            proposal = yield Query(places=canvas.open_places)
            share = -(-int(canvas.masked.sum()) // max(left, 1))
            best = (-proposal.confidence).argsort(kind="stable")[:share]
            canvas.commit(proposal.places[best], proposal.ids[best], proposal.confidence[best])
            left -= 1
