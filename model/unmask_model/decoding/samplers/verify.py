"""Draft several places at once, check them left to right, keep what agrees.

The verifier is the model itself read causally: the answer is the greedy left-to-right decode of
the same weights, token for token, in fewer passes. Two ways to a draft:

- fused (`lookahead` > 0): the pass that checks a draft also guesses what follows each of its
  places, so that every pass is a check and the next draft is there whatever was kept (multi-token
  prediction, arXiv 2507.11851; TiDAR);
- separate (`lookahead` = 0): a pass over all open places drafts, the next one checks (S2D2).

Place by place, a draft takes the likelier of what was guessed and of what followed the same ids
before, as long as the product of the chances says that it is worth its rows. What a
canvas holds at its open places is a draft too, and checked first: of an answer that was given
before, one pass tells how much still stands.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.proposal import Proposal
from unmask_model.decoding.sampler import Query, Steps
from unmask_model.decoding.samplers.draft_token import DraftToken, likelier
from unmask_model.decoding.samplers.prompt_lookup import repetition

LONGEST = 96
"""Most places of a draft, and of a guess: no canvas has more."""

Drafting = Generator[Query, Proposal, Tensor]
"""Yields a query; returns ids that may follow what is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Rounds of a draft and its check."""

    causal: ClassVar[bool] = True
    min_acceptance: Annotated[float, Field(ge=0, le=1)] = 0.2
    """A draft ends where it is less likely than this to be right so far, 0 to 1."""
    lookahead: Annotated[int, Field(ge=0, le=LONGEST)] = 2
    """Places guessed behind each place that is checked; 0 drafts in passes of its own."""
    longest: Annotated[int, Field(ge=1, le=LONGEST)] = 12
    """Most places of a draft."""
    repeated: Annotated[int, Field(ge=0, le=LONGEST)] = 1
    """Ids in a row that must have stood in the context for a draft to go on as it did; 0: never."""

    def __call__(self, canvas: Canvas) -> Steps:
        """Unmask `canvas`."""
        if len(held := _held(canvas)):
            yield from replace(self, lookahead=0)._check(canvas, held)
        draft = self._likely(canvas)
        while not canvas.done:
            if not self.lookahead:
                draft = yield from self._draft(canvas)
            draft = yield from self._check(canvas, draft)

    def _draft(self, canvas: Canvas) -> Drafting:
        """Ask for all open places at once."""
        proposal = yield Query(places=canvas.open_places)
        return self._likely(canvas, _likely(proposal.ids, proposal.confidence))

    def _check(self, canvas: Canvas, draft: Tensor) -> Drafting:
        """Commit the places of `draft` that the model confirms, and the one behind them."""
        room = canvas.open_places[: _run(canvas)]
        draft = draft[: len(room)]
        count = len(draft)
        drafted, places = room[:count], room[: count + 1]
        canvas.commit(drafted, draft, torch.zeros(count))
        try:
            checked = yield Query(places=places, causal=True, lookahead=self.lookahead)
        finally:
            canvas.remask(drafted)
        agreed = checked.ids[:count] == draft[: len(checked.ids)]
        last = min(int(agreed.int().cumprod(0).sum()), len(checked.ids) - 1)
        kept = slice(0, last + 1)
        canvas.commit(checked.places[kept], checked.ids[kept], checked.confidence[kept])
        guesses = checked.lookahead
        if guesses is None:
            return self._likely(canvas)
        return self._likely(canvas, _likely(guesses.ids[last], guesses.confidence[last]))

    def _likely(self, canvas: Canvas, guesses: Iterable[DraftToken] = ()) -> Tensor:
        """Return what may stand at the first open places, as long as that is likely; no END."""
        room = min(self.longest, _run(canvas) - 1)  # a check tells of one place more
        known = [*canvas.before, *_start(canvas)]
        start, chance, guessed = len(known), 1.0, iter(guesses)
        while len(known) - start < room:
            seen = repetition(known, self.repeated) if self.repeated else None
            best = likelier(next(guessed, None), seen)
            chance *= best.chance if best else 0.0
            if best is None or chance < self.min_acceptance or best.id == canvas.end:
                break
            known.append(best.id)
        return torch.tensor(known[start:], dtype=torch.int64)


def _likely(ids: Tensor, confidence: Tensor) -> Iterator[DraftToken]:
    """Yield guesses of the model, (G,) both."""
    for one, chance in zip(ids.tolist(), confidence.tolist(), strict=True):
        yield DraftToken(id=one, chance=chance)


def _start(canvas: Canvas) -> list[int]:
    """Return the ids before the first open place."""
    start: list[int] = canvas.ids[: int(canvas.masked.int().argmax())].tolist()
    return start


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
