"""One candidate while it is being written: block after block, each on a canvas of its own.

A candidate stands between a sampler and the model: it keeps the newest guess at every place, so
that a sampler that sees all places has a whole block at any moment, and it lets only those
proposals through to the sampler that the request allows. Knows no clock; its caller says
when time is up.
"""

from dataclasses import dataclass, field

import numpy as np

from unmask_model.decoding.canvas import Canvas, Chances, Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.proposal import Proposal
from unmask_model.decoding.rewrite_ids import RewriteIds
from unmask_model.decoding.sampler import Query, Sampler, Steps
from unmask_model.families.denoiser import Context, Denoiser, Pass
from unmask_model.protocol.request import StopReason
from unmask_model.tokens.healing import PrefixConstraint


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a candidate has to write, and how."""

    sampler: Sampler
    """The decoding strategy."""
    typed: str = ""
    """Characters the text has to start with."""
    rewrite: RewriteIds = field(default_factory=RewriteIds)
    """What to start from."""
    max_tokens: int = 96
    """Most tokens of the text."""
    max_lines: int = 0
    """Most lines of the text; 0 means no limit."""
    outlook: Outlook = field(default_factory=Outlook)
    """What rows cost, for the sampler."""
    branches: bool = False
    """Whether other candidates will leave this one: the second best ids are kept for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """The second best id of a place."""

    id: int
    confidence: float
    """Probability it had when the best one was committed."""


class Candidate:
    """One candidate and its canvas."""

    def __init__(self, task: Task, denoiser: Denoiser, constraint: PrefixConstraint) -> None:
        self.stop: StopReason | None = None
        self.steps = 0
        self.ids: list[int] = []
        self.confidence: list[float] = []
        self.rivals: list[Rival] = []
        self._task = task
        self._denoiser = denoiser
        self._vocabulary = denoiser.vocabulary
        self._head_ids = denoiser.head_ids
        self._constraint = constraint
        self._in_place = denoiser.length.in_place
        self._rewrite = task.rewrite

    def open_block(self, context: Context, places: int) -> None:
        """Start a canvas of at most `places` behind everything that `context` holds."""
        self._room = min(self._denoiser.room(context), self._task.max_tokens - len(self.ids))
        places = max(min(places, self._room), 1)
        canvas, here = self._canvas_for(places)
        canvas.before = context.ids
        here.write(canvas)
        self.canvas, self.context = canvas, context
        canvas.first = self._first_ids()
        self._last_kept = self._last_kept_of(here)
        self._barred = here.barred()
        self._guess = canvas.copy()
        self._second = Canvas.blank(len(canvas), canvas.end)
        self._steps: Steps = self._task.sampler(canvas, self._task.outlook)
        self._query: Query | None = next(self._steps, None)
        self._close_if_full()

    def _canvas_for(self, places: int) -> tuple[Canvas, RewriteIds]:
        """A blank canvas of at most `places`, and the part of the rewrite that belongs on it."""
        end = self._vocabulary.end
        exact = self._in_place and self._rewrite.closed(end)
        if self._in_place:
            here = self._rewrite.opened(end)
        else:
            here, self._rewrite = self._rewrite.split(places)
        given = len(here.ids)
        return self._denoiser.length.canvas(places, given, exact=exact, end=end), here

    def _last_kept_of(self, here: RewriteIds) -> int:
        """Return the place before which no END may be: behind all if a later canvas keeps ids."""
        end = self.canvas.end
        if self._in_place:
            return -1
        return here.last_kept(end) if self._rewrite.last_kept(end) < 0 else len(self.canvas)

    @property
    def block_closed(self) -> bool:
        """Whether the canvas is done and its block is part of `ids`."""
        return self._query is None

    def ask(self) -> Pass:
        """Return what the model should be asked next."""
        query = self._query
        assert query is not None
        return Pass(
            context=self.context,
            canvas=self.canvas,
            places=query.places,
            causal=query.causal,
            draft=query.draft,
            lookahead=query.lookahead,
            guessed=query.guessed,
            constraints=self._constraints(query.places),
        )

    def take(self, proposal: Proposal) -> None:
        """Go on with the model's answer to what was asked."""
        assert self._query is not None
        places = self._query.places
        rest = self._rest(int(places[0]))
        if not self._query.causal:
            self._keep(self._guess, proposal)
        if self._task.branches:
            _write(self._second, places, proposal.choice.second, proposal.choice.second_confidence)
        if rest and not self._settles(rest, proposal):
            proposal = proposal.some([0])
        elif rows := self._unexpected(proposal):
            proposal = proposal.some(rows)
        self.steps += 1
        try:
            self._query = self._steps.send(proposal)
        except StopIteration:
            self._query = None
        self.canvas.align(self._guess, self._second)
        self._close_if_full()

    def settle(self) -> None:
        """Commit the newest guess at every open place: the time is up.

        A sampler that goes from left to right has none: what it did not check is not given.
        """
        if not self.block_closed:
            known = self.canvas.masked & ~self._guess.masked
            places = known.nonzero()[0]
            self.canvas.commit(places, self._guess.ids[places], self._guess.confidence[places])
            self._close_block()
        self.stop = StopReason.BUDGET

    def whole(self) -> list[int]:
        """Return the ids so far, with the newest guess at every open place."""
        if self.block_closed:
            return self.ids
        view = self.canvas.copy()
        places = (view.masked & ~self._guess.masked).nonzero()[0]
        view.commit(places, self._guess.ids[places], self._guess.confidence[places])
        return self.ids + view.block()

    def _rest(self, place: int) -> str:
        """Return what of the typed characters is to be spelled from a place on."""
        if self.ids or self.canvas.masked[:place].any():
            return ""
        return self._constraint.rest(self._task.typed, self.canvas.ids[:place].tolist())

    def _constraints(self, places: Ids) -> Constraints:
        """Return what the request rules out at places."""
        rest = self._rest(int(places[0]))
        rows = [*self._barred_by_rewrite(places), *self._barred_by_canvas(places)]
        barred = [(row, column) for row, id_ in rows for column in self._column(id_)]
        return Constraints(
            mute=self._constraint.mute,
            width=self._constraint.width,
            barred_rows=np.array([row for row, _ in barred], np.int64),
            barred_columns=np.array([column for _, column in barred], np.int64),
            spelling=self._constraint.columns(rest) if rest else None,
        )

    def _barred_by_rewrite(self, places: Ids) -> list[tuple[int, int]]:
        """Rows and the id that may not stand there: found before, or an END before what stays."""
        found = [(row, self._barred[place]) for row, place in self._redone(places)]
        early = [row for row, place in enumerate(places.tolist()) if place < self._last_kept]
        return [*found, *((row, self.canvas.end) for row in early)]

    def _barred_by_canvas(self, places: Ids) -> list[tuple[int, int]]:
        return [(row, id_) for id_ in self.canvas.barred for row in range(len(places))]

    def _redone(self, places: Ids) -> list[tuple[int, int]]:
        """Rows at which another id than before is wanted, each with its place."""
        every = enumerate(places.tolist())
        return [(row, place) for row, place in every if place in self._barred]

    def _unexpected(self, proposal: Proposal) -> list[int]:
        """Return the rows of barred ids the model would rather have: the others expect them."""
        free = proposal.choice.free
        redone = self._redone(proposal.places)
        return [row for row, place in redone if int(free[row]) == self._barred[place]]

    def _column(self, wanted: int) -> list[int]:
        """Return the columns of an id: one, or none where the head is trimmed."""
        if self._head_ids is None:
            return [wanted]
        at = int(self._head_ids.searchsorted(wanted))
        return [at] if at < len(self._head_ids) and self._head_ids[at] == wanted else []

    def _settles(self, rest: str, proposal: Proposal) -> bool:
        """Whether what was typed is spelled, and the other proposals knew how it would be."""
        assert self._query is not None
        first, tried = int(proposal.ids[0]), self._query.draft
        known = int(tried[0]) if len(tried) else int(proposal.choice.free[0])
        return first == known and not self._constraint.rest(rest, [first])

    def _first_ids(self) -> Ids | None:
        """Return the ids with which what was typed can begin; None where nothing was."""
        rest = self._rest(0)
        if not rest:
            return None
        columns = self._constraint.columns(rest)
        return columns if self._head_ids is None else self._head_ids[columns]

    def _keep(self, guesses: Canvas, proposal: Proposal) -> None:
        """Write a proposal over what was guessed before."""
        ids = self.canvas.readable(proposal.ids)
        _write(guesses, proposal.places, ids, proposal.confidence)

    def _close_if_full(self) -> None:
        if self._task.max_lines and self._query is not None:
            text = self._vocabulary.decode(self.ids + self.canvas.block())
            if text.count("\n") >= self._task.max_lines:
                self._steps.close()
                self._query = None
        if self._query is None:
            self._close_block()

    def _close_block(self) -> None:
        block = self.canvas.block()
        ended = self.canvas.ended and not self.canvas.masked[: len(block) + 1].any()
        known = len(block) + ended  # an END is sure or unsure like any id
        self._query = None
        self.ids = self.ids + block
        self.confidence = self.confidence + self.canvas.confidence[:known].tolist()
        if self._task.branches:
            self.rivals = self.rivals + _rivals(self._second, known)
        lines = self._vocabulary.decode(self.ids).count("\n") if self._task.max_lines else 0
        if self._task.max_lines and lines >= self._task.max_lines:
            self.stop = StopReason.LINES
        elif (self._in_place and len(block) < self._room) or ended:
            self.stop = StopReason.END
        elif self._in_place or len(self.ids) >= self._task.max_tokens:
            self.stop = StopReason.LENGTH


def _write(view: Canvas, places: Ids, ids: Ids, confidence: Chances) -> None:
    view.ids[places] = ids
    view.confidence[places] = confidence
    view.masked[places] = False


def _rivals(second: Canvas, count: int) -> list[Rival]:
    """Return the second best ids of the first places; never likely where nothing was asked."""
    likely = second.confidence * ~second.masked
    ids, chances = second.ids[:count].tolist(), likely[:count].tolist()
    return [Rival(id=i, confidence=chance) for i, chance in zip(ids, chances, strict=True)]
