"""One candidate while it is being written: block after block, each on a canvas of its own.

A candidate stands between a sampler and the model's logits: it keeps the newest guess at every
place, so that a whole block can be had at any moment, and it lets only those proposals through
to the sampler that the request allows. Knows no clock; whoever drives it says when time is up.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.proposal import Proposal, propose, second_best, with_guesses
from unmask_model.decoding.rewrite_ids import RewriteIds
from unmask_model.decoding.sampler import Query, Sampler, Steps
from unmask_model.decoding.samplers.confidence import Confidence
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
    branches: bool = False
    """Whether other candidates will leave this one: the second best ids are kept for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """The second best id of a place."""

    id: int
    """The id."""
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
        self._out_of_time = False
        self._speller = constraint
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
        self._last_kept = self._last_kept_of(here)
        self._barred = here.barred()
        self._guess = canvas.copy()
        self._second = Canvas.blank(len(canvas), canvas.end)
        self._steps: Steps = self._task.sampler(canvas)
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
        drafted = len(here.ids)
        return self._denoiser.length.canvas(places, drafted, exact=exact, end=end), here

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
        assert self._query is not None
        return Pass(
            context=self.context,
            canvas=self.canvas,
            places=self._query.places,
            causal=self._query.causal,
            lookahead=self._query.lookahead,
        )

    def ask_at_last(self) -> Pass:
        """Return what the model should be asked if it is the last time before the deadline.

        A sampler that goes from left to right has looked at a part of the canvas only; the rest
        is then proposed at once, so that the block is whole.
        """
        assert self._query is not None
        if self._query.causal and self._denoiser.parallel:
            self._steps.close()
            self._steps = Confidence(threshold=0.0)(self.canvas)
            self._query = next(self._steps)
            self._out_of_time = True
        return self.ask()

    def take(self, logits: Tensor) -> None:
        """Go on with the model's answer (P, V) to what was asked."""
        assert self._query is not None
        logits, places = self._speller.speaking(logits), self._query.places
        rest = self._rest(int(places[0]))
        allowed = self._allow(places, logits[: len(places)], rest)
        proposal = propose(places, allowed, self._head_ids)
        if self._query.lookahead:
            behind = places.repeat_interleave(self._query.lookahead)
            guessed = propose(behind, logits[len(places) :], self._head_ids)
            proposal = with_guesses(proposal, guessed)
        _keep(self._guess, replace(proposal, ids=self.canvas.readable(proposal.ids)))
        if self._task.branches:
            _keep(self._second, second_best(proposal, allowed, self._head_ids))
        if rest and not self._settles(rest, proposal, logits):
            proposal = _some(proposal, [0])
        elif rows := self._unexpected(places, logits):
            proposal = _some(proposal, rows)
        self.steps += 1
        try:
            self._query = self._steps.send(proposal)
        except StopIteration:
            self._query = None
        self.canvas.align(self._guess, self._second)
        self._close_if_full()

    def settle(self) -> None:
        """Commit the newest guess at every open place: the time is up."""
        if not self.block_closed:
            known = self.canvas.masked & ~self._guess.masked
            places = known.nonzero().flatten()
            self.canvas.commit(places, self._guess.ids[places], self._guess.confidence[places])
            self._close_block()
        self.stop = StopReason.BUDGET

    def whole(self) -> list[int]:
        """Return the ids so far, with the newest guess at every open place."""
        if self.block_closed:
            return self.ids
        view = self.canvas.copy()
        places = (view.masked & ~self._guess.masked).nonzero().flatten()
        view.commit(places, self._guess.ids[places], self._guess.confidence[places])
        return self.ids + view.block()

    def _rest(self, place: int) -> str:
        """Return what of the typed characters is to be spelled from a place on."""
        if self.ids or bool(self.canvas.masked[:place].any()):
            return ""
        return self._speller.rest(self._task.typed, self.canvas.ids[:place].tolist())

    def _allow(self, places: Tensor, logits: Tensor, rest: str) -> Tensor:
        """Return the logits without the ids that the request rules out."""
        early = places < self._last_kept  # an END there would throw away what is kept
        barred = self._barred_rows(places)
        if not (rest or barred or bool(early.any()) or self.canvas.barred):
            return logits
        allowed = logits.clone()
        for row in barred:
            allowed[row, self._column(self._barred[int(places[row])])] = -torch.inf
        allowed[early.nonzero(), self._column(self.canvas.end)] = -torch.inf
        for each in self.canvas.barred:
            allowed[:, self._column(each)] = -torch.inf
        if rest:
            columns = self._speller.columns(rest)
            spelling = allowed[0, columns]  # a copy; never all barred: its first character stays
            allowed[0] = -torch.inf
            allowed[0, columns] = spelling
        return allowed

    def _barred_rows(self, places: Tensor) -> list[int]:
        return [row for row, place in enumerate(places.tolist()) if place in self._barred]

    def _unexpected(self, places: Tensor, logits: Tensor) -> list[int]:
        """Return the rows of barred ids the model would rather have: the others expect them."""
        return [
            row
            for row in self._barred_rows(places)
            if int(logits[row].argmax()) in self._column(self._barred[int(places[row])])
        ]

    def _column(self, wanted: int) -> Tensor:
        """Return the columns of an id: one, or none where the head is trimmed."""
        if self._head_ids is None:
            return torch.tensor([wanted])
        return (self._head_ids == wanted).nonzero().flatten()

    def _settles(self, rest: str, proposal: Proposal, logits: Tensor) -> bool:
        """Whether what was typed is spelled, and the other proposals knew how it would be."""
        first = int(proposal.ids[0])
        free = int(logits[0].argmax())
        expected = free if self._head_ids is None else int(self._head_ids[free])
        return first == expected and not self._speller.rest(rest, [first])

    def _close_if_full(self) -> None:
        if self._task.max_lines and self._query is not None:
            text = self._vocabulary.decode(self.ids + self.canvas.settled())
            if text.count("\n") >= self._task.max_lines:
                self._steps.close()
                self._query = None
        if self._query is None:
            self._close_block()

    def _close_block(self) -> None:
        block = self.canvas.block()
        ended = self.canvas.ended and not bool(self.canvas.masked[: len(block) + 1].any())
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
        if self._out_of_time:
            self.stop = StopReason.BUDGET


def _keep(guesses: Canvas, proposal: Proposal) -> None:
    """Write a proposal over what was guessed before."""
    guesses.ids[proposal.places] = proposal.ids
    guesses.confidence[proposal.places] = proposal.confidence
    guesses.masked[proposal.places] = False


def _rivals(second: Canvas, count: int) -> list[Rival]:
    """Return the second best ids of the first places; never likely where nothing was asked."""
    likely = second.confidence * ~second.masked
    ids, chances = second.ids[:count].tolist(), likely[:count].tolist()
    return [Rival(id=i, confidence=chance) for i, chance in zip(ids, chances, strict=True)]


def _some(proposal: Proposal, rows: list[int]) -> Proposal:
    return Proposal(
        places=proposal.places[rows],
        ids=proposal.ids[rows],
        confidence=proposal.confidence[rows],
    )
