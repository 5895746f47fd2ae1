"""Draft several places at once, check them left to right, keep what agrees.

The verifier is the model itself read causally: the answer is the greedy left-to-right decode of
the same weights, in fewer passes (token for token but for rounding: a pass of other rows may
round otherwise, and ties of two ids then fall otherwise). Two ways to a draft:

- fused (`lookahead` > 0): the pass that checks a draft also guesses what follows some of its
  places, so that every pass is a check and the next draft is there whatever was kept (multi-token
  prediction, arXiv 2507.11851; TiDAR);
- separate (`lookahead` = 0): a pass over all open places drafts, the next one checks (S2D2).

Place by place, a draft takes the likeliest of what was guessed, of what followed the same ids
before in the context, and of what followed them elsewhere in the workspace. It is as long as rows
pay here (`row_plan.py`). What a canvas holds at its open places is a draft too, and checked first:
of an answer that was given before, one pass tells how much still stands.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from unmask_model.decoding.canvas import Canvas, Chances, Ids
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.proposal import Guesses, Proposal, agreed
from unmask_model.decoding.sampler import Query, Steps
from unmask_model.decoding.samplers.draft_sources import DraftSources
from unmask_model.decoding.samplers.draft_token import DraftToken
from unmask_model.decoding.samplers.row_plan import RowPlan, plan_rows

LONGEST = 96
"""Most places of a draft, and of a guess: no canvas has more."""
UNLIKELY = 0.02
"""A draft that is less likely than this to be right so far is worth no row anywhere."""
HELD = 0.9
"""How often an id of an answer that was given before still stands where those before it do."""

Drafting = Generator[Query, Proposal, Sequence[DraftToken]]
"""Yields a query; returns what is guessed to follow what is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Rounds of a draft and its check."""

    causal: ClassVar[bool] = True
    min_acceptance: Annotated[float, Field(ge=0, le=1)] | None = None
    """A draft ends where it is less likely than this to be right so far, 0 to 1, and guesses hang
    behind all its places; None: rows are chosen by what they cost here."""
    lookahead: Annotated[int, Field(ge=0, le=LONGEST)] = 2
    """Places guessed behind a place that is checked; 0 drafts in passes of its own."""
    longest: Annotated[int, Field(ge=1, le=LONGEST)] = 12
    """Most places of a draft."""
    repeated: Annotated[int, Field(ge=0, le=LONGEST)] = 1
    """Ids in a row that must have stood in the context for a draft to go on as it did; 0: never."""

    def __call__(self, canvas: Canvas, outlook: Outlook | None = None) -> Steps:
        """Unmask `canvas`."""
        outlook = outlook or Outlook()
        sources = DraftSources(canvas, outlook.retrieval, self.repeated)
        held, first = _held(canvas), len(canvas.block())
        guesses: Sequence[DraftToken] = ()
        while not canvas.done:
            start = canvas.block()
            stood = _standing(held, start[first:])
            if stood:
                guesses = stood
            elif not self.lookahead:
                guesses = yield from self._ask_all(canvas)
            most = LONGEST if stood else self.longest
            sources.begin(start, guesses)
            draft = self._draft(canvas, sources, most, outlook)
            guesses = yield from self._check(canvas, draft, outlook)
            sources.note(canvas.block()[len(start) :])

    def _ask_all(self, canvas: Canvas) -> Drafting:
        """Ask for all open places at once."""
        proposal = yield Query(places=canvas.open_places)
        return list(_tokens(proposal.ids, proposal.confidence))

    def _check(self, canvas: Canvas, draft: Sequence[DraftToken], outlook: Outlook) -> Drafting:
        """Commit the places of `draft` that the model confirms, and the one behind them."""
        plan = self._plan([outlook.acceptance.chance(each.chance) for each in draft], outlook)
        draft = draft[: plan.drafted]
        places = canvas.open_places[: len(draft) + 1]
        tried = np.array([each.id for each in draft], np.int64)
        checked = yield Query(
            places=places,
            causal=True,
            draft=tried,
            lookahead=plan.lookahead,
            guessed=np.array(plan.guessed, np.int64),
        )
        last = min(agreed(checked.ids, tried), len(checked.ids) - 1)
        for place, each in enumerate(draft[: last + 1]):
            outlook.acceptance.note(each.chance, bool(checked.ids[place] == each.id))
        kept = slice(0, last + 1)
        canvas.commit(checked.places[kept], checked.ids[kept], checked.confidence[kept])
        return _following(checked.lookahead, last)

    def _draft(
        self, canvas: Canvas, sources: DraftSources, most: int, outlook: Outlook
    ) -> list[DraftToken]:
        """Return what may stand at the first open places, as long as that is likely; no END."""
        room = min(most, _run(canvas) - 1)  # a check tells of one place more
        draft: list[DraftToken] = []
        chance, least = 1.0, self.min_acceptance or 0.0
        while len(draft) < room:
            best = sources.next()
            chance *= outlook.acceptance.chance(best.chance) if best else 0.0
            if best is None or chance < max(least, UNLIKELY) or best.id == canvas.end:
                break
            draft.append(best)
            sources.append(best)
        return draft

    def _plan(self, chances: Sequence[float], outlook: Outlook) -> RowPlan:
        if self.min_acceptance is None:
            return plan_rows(chances, self.lookahead, outlook)
        every = tuple(range(len(chances) + 1)) if self.lookahead else ()
        return RowPlan(drafted=len(chances), lookahead=self.lookahead, guessed=every)


def _following(guesses: Guesses | None, last: int) -> Sequence[DraftToken]:
    """Return what was guessed behind the last place that was kept."""
    if guesses is None or guesses.behind != last:
        return ()
    return list(_tokens(guesses.ids, guesses.confidence))


def _tokens(ids: Ids, confidence: Chances) -> Iterator[DraftToken]:
    """Yield guesses of the model, (G,) both."""
    for one, chance in zip(ids.tolist(), confidence.tolist(), strict=True):
        yield DraftToken(id=one, chance=chance)


def _standing(held: list[int], written: list[int]) -> list[DraftToken]:
    """Return what is left of a held answer, as long as what was written is its start."""
    stands = held[: len(written)] == written
    return [DraftToken(id=each, chance=HELD) for each in held[len(written) :]] if stands else []


def _run(canvas: Canvas) -> int:
    """Count the open places up to the first one that is kept: a draft ends before it."""
    open_places = canvas.open_places
    adjoining = open_places == open_places[:1] + np.arange(len(open_places))
    return int(adjoining.cumprod().sum())


def _held(canvas: Canvas) -> list[int]:
    """Return what the first open places hold, up to an END; a blank canvas holds nothing else."""
    held: list[int] = canvas.ids[canvas.open_places[: _run(canvas)]].tolist()
    return held[: held.index(canvas.end)] if canvas.end in held else held
