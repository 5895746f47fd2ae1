"""Draft several places at once, check them left to right, keep what agrees.

The verifier is the model itself read causally: its greedy answer is the left-to-right decode of
the same weights, token for token, in fewer passes (self-speculation as in S2D2 and Set Block
Decoding). A round takes two passes and commits the places on which draft and check agree and
one place more, which the check has just told.
"""

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from unmask_model.canvas import Canvas
from unmask_model.proposal import Proposal
from unmask_model.sampler import Query, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Rounds of one draft and one check."""

    odds: float = 0.25
    """A draft is cut where the product of its confidences falls below this, 0 to 1."""
    longest: int = 12
    """Most places of a draft."""

    def __call__(self, canvas: Canvas) -> Steps:
        """Unmask `canvas`."""
        while not canvas.done:
            proposal = yield Query(places=canvas.open_places)
            yield from _check(canvas, self._draft(canvas, proposal))

    def _draft(self, canvas: Canvas, proposal: Proposal) -> Tensor:
        """Return ids worth checking for the first open places, (D,); none of them is END."""
        places, start = proposal.places, proposal.places[0]
        adjoining = places == start + torch.arange(len(places))
        likely = proposal.confidence.cumprod(0) >= self.odds
        worth = adjoining & likely & (proposal.ids != canvas.end)
        count = int(worth.int().cumprod(0).sum())
        return proposal.ids[: min(count, self.longest)]


def _check(canvas: Canvas, draft: Tensor) -> Generator[Query, Proposal, None]:
    """Commit the places of `draft` that the model confirms left to right, and the one behind."""
    first, count = int(canvas.open_places[0]), len(draft)
    drafted = first + torch.arange(count)
    canvas.commit(drafted, draft, torch.zeros(count))
    stop = min(first + count + 1, len(canvas))
    checked = yield Query(places=torch.arange(first, stop), causal=True)
    canvas.remask(drafted)
    agreed = checked.ids[:count] == draft[: len(checked.ids)]
    kept = min(int(agreed.int().cumprod(0).sum()) + 1, len(checked.ids))
    canvas.commit(checked.places[:kept], checked.ids[:kept], checked.confidence[:kept])
