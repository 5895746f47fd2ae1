"""From a hole to what may go there: the one place where an engine is asked.

Completion, fills and the command all come here. A request is built of the code around a hole, an
engine answers it, what breaks the syntax is repaired, and what is left is fitted to the code.
"""

from dataclasses import dataclass, replace
from typing import Self

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.filler import Filler
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.repair import repair
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.show_policy import LEAST_SCORE, most_lines, sure_enough
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_lsp.text.stopwatch import Stopwatch
from unmask_model.protocol.request import InfillRequest, InfillResult, Rewrite, StopReason

_MENDABLE = (SilenceReason.SYNTAX, SilenceReason.CLOSERS, SilenceReason.EMPTY)
"""Why nothing is shown, where another answer may be better."""
_CUT_OFF = {
    StopReason.BUDGET: SilenceReason.BUDGET,
    StopReason.SUPERSEDED: SilenceReason.SUPERSEDED,
}
"""What ended an answer before the model was done with it, and the reason that this gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for, wherever the hole is."""

    eagerness: Eagerness = Eagerness.MANUAL
    """How readily something is shown; MANUAL where a person asks."""
    candidates: int = 1
    """How many different blocks."""
    budget_ms: float = 0.0
    """Milliseconds for the answer and its repair; 0 means no deadline."""
    max_lines: int = 0
    """Most lines of a block; 0 means no limit."""
    everywhere: bool = False
    """Whether `max_lines` holds inside a line too, where one line is the most otherwise."""
    max_tokens: int = 96
    """Most tokens of a block."""
    sampler: str = ""
    """Name of a sampler; empty means the model's default."""
    seed: int = 0
    """Which further candidates."""
    document: str = ""
    """A newer request with the same key supersedes an older one; with none, no other does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Infill:
    """A hole, and the request to fill it."""

    view: ContextWindow
    """The code around the hole."""
    cursor: int
    """Where the hole is in its document, in characters."""
    request: InfillRequest
    """What the engine is asked."""
    least_score: float
    """How sure the model must be of what is shown."""

    @classmethod
    def of(
        cls, snapshot: Snapshot, view: ContextWindow, wanted: Wanted, rewrite: Rewrite | None = None
    ) -> Self:
        """The question what belongs at the cursor of a document, of which `view` is cut out."""
        limit = wanted.max_lines
        lines = limit if wanted.everywhere else most_lines(view, wanted.eagerness, limit)
        request = InfillRequest(
            left=view.left,
            right=view.right,
            snippets=view.snippets,
            rewrite=rewrite,
            stream=False,
            candidates=wanted.candidates,
            budget_ms=wanted.budget_ms,
            max_tokens=wanted.max_tokens,
            max_lines=lines,
            sampler=wanted.sampler,
            seed=wanted.seed,
            document=wanted.document,
            workspace=snapshot.workspace,
            file=snapshot.file,
        )
        least = LEAST_SCORE[wanted.eagerness]
        return cls(view=view, cursor=snapshot.cursor, request=request, least_score=least)

    async def answer(self, filler: Filler, watch: Stopwatch | None = None) -> "Answer":
        """Ask; raises UnmaskError when nobody can answer.

        What comes while typing goes back to be repaired only where nothing of it could be shown:
        while somebody types, the next key asks again.
        """
        watch, counting, least = watch or Stopwatch(), _Counting(filler), self.least_score
        answer = Answer(infill=self, result=await counting.fill(self.request), requests=1)
        watch.lap("engine")
        result = answer.result
        if not least or answer.outcome in _MENDABLE:
            result = await repair(result, self.request, self.view, counting, least_score=least)
        watch.lap("repair")
        return replace(answer, result=result, requests=counting.requests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a hole."""

    infill: Infill
    """What was asked."""
    result: InfillResult
    """What the engine answered, repaired."""
    requests: int
    """How many requests that took."""

    @property
    def outcome(self) -> Suggestion | SilenceReason:
        """As much of the block as the model is sure enough of, from its top, else why nothing."""
        infill = self.infill
        shown = sure_enough(
            self.result,
            infill.view,
            cursor=infill.cursor,
            max_lines=infill.request.max_lines,
            least_score=infill.least_score,
        )
        is_cut = isinstance(shown, SilenceReason) and shown is not SilenceReason.UNSURE
        return _CUT_OFF.get(self.result.stop_reason, shown) if is_cut else shown

    @property
    def is_late(self) -> bool:
        """Whether the time was up before the model was done."""
        return self.result.stop_reason is StopReason.BUDGET

    @property
    def choices(self) -> tuple[Suggestion, ...]:
        """All there is to choose from, best first; blocks that look the same are one.

        Those that begin like a better one come last: nobody looks through what all begins alike.
        """
        blocks, infill = (self.result.text, *self.result.alternatives), self.infill
        limit = infill.request.max_lines
        shown = (
            suggest(block, infill.view, cursor=infill.cursor, max_lines=limit) for block in blocks
        )
        found = dict.fromkeys(one for one in shown if isinstance(one, Suggestion))
        first: dict[str, Suggestion] = {}
        for one in found:
            first.setdefault(_first_line(one), one)
        return tuple(sorted(found, key=lambda one: first[_first_line(one)] is not one))

    def trace(
        self, snapshot: Snapshot, outcome: Suggestion | SilenceReason, ms: dict[str, float]
    ) -> RequestTrace:
        """What is remembered of it: what was shown in the end, and the milliseconds per stage."""
        return RequestTrace(
            snapshot=snapshot,
            outcome=outcome,
            view=self.infill.view,
            request=self.infill.request,
            result=self.result,
            requests=self.requests,
            least_score=self.infill.least_score,
            ms=ms,
        )


def _first_line(suggestion: Suggestion) -> str:
    return suggestion.text.strip().partition("\n")[0]


class _Counting:
    """A filler that counts its requests."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler
        self.requests = 0

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The answer."""
        self.requests += 1
        return await self._filler.fill(request)
