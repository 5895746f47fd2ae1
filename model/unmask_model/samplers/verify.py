"""Draft several places at once, check them left to right, keep what agrees.

The verifier is the model itself read causally: the answer is the greedy left-to-right decode of
the same weights, token for token, in fewer passes. Two ways to a draft:

- fused (`ahead` > 0): the pass that checks a draft also guesses what follows each of its places,
  so that every pass is a check and the next draft is there whatever was kept (multi-token
  prediction, arXiv 2507.11851; TiDAR);
- separate (`ahead` = 0): a pass over all open places drafts, the next one checks (S2D2).

Either draft goes on with what followed the same ids before, if they stood in the context. What a
canvas holds at its open places is a draft too, and checked first: of an answer that was given
before, one pass tells how much still stands.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from unmask_model.canvas import Canvas
from unmask_model.proposal import Proposal
from unmask_model.sampler import Query, Steps
from unmask_model.samplers.repetition import continuation

LONGEST = 96
"""Most places of a draft, and of a guess: no canvas has more."""

Drafting = Generator[Query, Proposal, Tensor]
"""Yields a query; returns ids that may follow what is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Rounds of a draft and its check."""

    causal: ClassVar[bool] = True
    odds: Annotated[float, Field(ge=0, le=1)] = 0.25
    """A draft is cut where the product of its confidences falls below this, 0 to 1."""
    ahead: Annotated[int, Field(ge=0, le=LONGEST)] = 4
    """Places guessed behind each place that is checked; 0 drafts in passes of its own."""
    longest: Annotated[int, Field(ge=1, le=LONGEST)] = 12
    """Most places of a draft."""
    repeated: Annotated[int, Field(ge=0, le=LONGEST)] = 3
    """Ids in a row that must have stood in the context for a draft to go on as it did; 0: never."""
    copied: Annotated[int, Field(ge=0, le=LONGEST)] = 4
    """Most places that a draft goes on as the context did."""

    def __call__(self, canvas: Canvas) -> Steps:
        """Unmask `canvas`."""
        if len(held := _held(canvas)):
            yield from replace(self, ahead=0)._check(canvas, held)
        draft = canvas.ids[:0]
        while not canvas.done:
            if not self.ahead:
                draft = yield from self._draft(canvas)
            draft = yield from self._check(canvas, self._go_on(draft, canvas))

    def _draft(self, canvas: Canvas) -> Drafting:
        """Ask for all open places at once."""
        proposal = yield Query(places=canvas.open_places)
        adjoining = proposal.places == proposal.places[0] + torch.arange(len(proposal.places))
        return self._worth(proposal.ids, proposal.confidence * adjoining, canvas)

    def _check(self, canvas: Canvas, draft: Tensor) -> Drafting:
        """Commit the places of `draft` that the model confirms, and the one behind them."""
        room = canvas.open_places[: _run(canvas)]
        draft = draft[: len(room)]
        count = len(draft)
        drafted, places = room[:count], room[: count + 1]
        canvas.commit(drafted, draft, torch.zeros(count))
        try:
            checked = yield Query(places=places, causal=True, ahead=self.ahead)
        finally:
            canvas.remask(drafted)
        agreed = checked.ids[:count] == draft[: len(checked.ids)]
        last = min(int(agreed.int().cumprod(0).sum()), len(checked.ids) - 1)
        kept = slice(0, last + 1)
        canvas.commit(checked.places[kept], checked.ids[kept], checked.confidence[kept])
        if checked.ahead is None or canvas.done:
            return draft[:0]
        left, guesses = len(room) - last - 1, checked.ahead
        return self._worth(guesses.ids[last, :left], guesses.confidence[last, :left], canvas)

    def _worth(self, ids: Tensor, confidence: Tensor, canvas: Canvas) -> Tensor:
        """Return the start of a draft that is worth checking; it holds no END."""
        likely = confidence.cumprod(0) >= self.odds
        count = int((likely & (ids != canvas.end)).int().cumprod(0).sum())
        return ids[: min(count, self.longest)]

    def _go_on(self, draft: Tensor, canvas: Canvas) -> Tensor:
        """Return the draft with what followed the same ids in the context."""
        if not self.repeated:
            return draft
        open_ = canvas.open_places
        known = [*canvas.before, *canvas.ids[: int(open_[0])].tolist(), *draft.tolist()]
        room = min(self.copied, len(open_) - 1 - len(draft))
        more = continuation(known, shortest=self.repeated, most=room)
        return torch.cat([draft, torch.tensor(more, dtype=torch.int64)])


def _run(canvas: Canvas) -> int:
    """Count the open places up to the first one that is kept: a draft ends before it."""
    open_places = canvas.open_places
    if not len(open_places):
        return 0
    adjoining = open_places == open_places[0] + torch.arange(len(open_places))
    return int(adjoining.int().cumprod(0).sum())


def _held(canvas: Canvas) -> Tensor:
    """Return what the first open places hold, up to an END; a blank canvas holds nothing else."""
    held = canvas.ids[canvas.open_places[: _run(canvas)]]
    return held[: int((held != canvas.end).int().cumprod(0).sum())]
