"""Syntax repair: a block that breaks the file goes back to the engine, from where it was unsure.

A block that ended too early, in a statement or with a bracket open, has to go on. Of any other the
token the model was least sure of, on the first line that cannot stay or the one above, begins the
part to redo: it and all behind it are found anew, beginning with another token. Whatever still does
not fit is left to be cut. Costs no request where the block fits, or where the model could not be
sure enough of what comes back, and keeps the budget.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest.closers import fit
from unmask_lsp.suggest.filler import Filler
from unmask_lsp.suggest.postprocess import fitted, whole
from unmask_lsp.suggest.score import first_line, most
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Site
from unmask_model.protocol.request import (
    Confidence,
    InfillRequest,
    InfillResult,
    Rewrite,
    Span,
    StopReason,
)

ATTEMPTS = 2
"""Most times a block goes back that a person asked for; any other goes back once."""
LEAST_MS = 20.0
"""Less time than this is not worth a request."""


async def repair(
    result: InfillResult,
    request: InfillRequest,
    window: ContextWindow,
    filler: Filler,
    *,
    least_score: float = 0.0,
) -> InfillResult:
    """The answer with as many whole lines as time allows; raises what the filler raises.

    `least_score` is how sure the model must be of what is shown, 0 where a person asked.
    """
    if not result.forwards:  # nobody looked: what other servers answer cannot be redone in parts
        return result
    hole = _Hole(request=request, window=window.part)
    kept, tried = hole.kept_lines(result), set[str]()
    for _ in range(1 if least_score else ATTEMPTS):
        start = None if kept is None else hole.start(result, kept, tried)
        if start is None or most(result, start) < least_score or not _has_time(result, request):
            break
        tried.add(result.text[:start])
        other = await filler.fill(_again(result, request, start))
        if other.stop_reason is StopReason.SUPERSEDED:  # asking again would end the newer one
            break
        lines, better = hole.kept_lines(other), result
        if other.text.strip() and (lines is None or lines > (kept or 0)):
            better, kept = _joined(result, other, start), lines
        result = _costing(better, result, other)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hole:
    """Where an answer has to fit."""

    request: InfillRequest
    window: ContextWindow

    def kept_lines(self, result: InfillResult) -> int | None:
        """How many of an answer's lines can stay; None if all that would be shown can."""
        if not result.text:
            return 0 if self._is_unfinished("") else None
        text = fitted(result.text, self.window, self.request.max_lines)
        if isinstance(text, SilenceReason):
            return None
        standing = whole(text, self.window).rstrip()
        if standing == text.rstrip():
            if self._lacks_body(result.text):
                standing = standing.rpartition("\n")[0]
            elif not self._ended_early(result):
                return None
        dropped = first_line(result.text) - first_line(text)  # above the block
        return len(standing.split("\n")) + dropped if standing else dropped

    def start(self, result: InfillResult, kept: int, tried: set[str]) -> int | None:
        """Where the part to redo begins: at the end if that came too early."""
        text = result.text
        if text not in tried and self._ended_early(result):
            return len(text)
        opening = _opening(result) if self._lacks_body(text) else None
        if opening is not None and text[:opening] not in tried:
            return opening
        return _least_sure(result, kept, tried)

    def _ended_early(self, result: InfillResult) -> bool:
        """Whether the model stopped by itself where something has to follow."""
        if result.stop_reason is not StopReason.END:
            return False
        if self._lacks_body(result.text):
            return self._has_room(result.text)
        return self._is_unfinished(result.text)

    def _has_room(self, block: str) -> bool:
        """Whether a block may have one more line."""
        return not self.request.max_lines or block.count("\n") + 1 < self.request.max_lines

    def _is_unfinished(self, block: str) -> bool:
        """Whether a statement or a bracket of a block is still open where the block ends."""
        window = self.window
        if window.site in (Site.COMMENT, Site.STRING):
            return False
        if syntax_of(window.language).is_unfinished(window.left, block, window.right):
            return True
        return bool(block) and fit(block, window).is_open

    def _lacks_body(self, block: str) -> bool:
        """Whether the last line of a block opens a body that nobody will write."""
        if not self.window.final:
            return False
        text = fitted(block, self.window, self.request.max_lines)
        if isinstance(text, SilenceReason):
            return False
        left = self.window.left + whole(text, self.window)
        return syntax_of(self.window.language).lacks_body(left, self.window.right)


def _opening(result: InfillResult) -> int | None:
    """Where the first token of an answer's last line begins, but for white space."""
    line = result.text.rstrip().rpartition("\n")[2]
    first = len(result.text.rstrip()) - len(line.lstrip())
    spans = (token.span for token in result.confidence)
    return next((span.start for span in spans if span.start <= first < span.end), None)


def _least_sure(result: InfillResult, kept: int, tried: set[str]) -> int | None:
    """Where the least sure token near the first line that cannot stay begins."""
    near = [token for token in _near(result, kept) if result.text[: token.span.start] not in tried]
    return min(near, key=lambda token: token.probability).span.start if near else None


def _near(result: InfillResult, kept: int) -> Iterator[Confidence]:
    for token in result.confidence:
        if kept - 1 <= result.text.count("\n", 0, token.span.start) <= kept:
            yield token


def _has_time(result: InfillResult, request: InfillRequest) -> bool:
    in_time = not request.budget_ms or _left_ms(result, request) >= LEAST_MS
    return in_time and result.stop_reason is not StopReason.BUDGET


def _left_ms(result: InfillResult, request: InfillRequest) -> float:
    return max(0.0, request.budget_ms - result.ms.get("total", 0.0))


def _again(result: InfillResult, request: InfillRequest, start: int) -> InfillRequest:
    rewrite = Rewrite(text=result.text, redo=(Span(start=start, end=len(result.text)),))
    return replace(request, rewrite=rewrite, candidates=1, budget_ms=_left_ms(result, request))


def _costing(result: InfillResult, one: InfillResult, other: InfillResult) -> InfillResult:
    """An answer that two were needed for."""
    stages = one.ms | other.ms
    return replace(
        result,
        steps=one.steps + other.steps,
        forwards=one.forwards + other.forwards,
        ms={name: one.ms.get(name, 0.0) + other.ms.get(name, 0.0) for name in stages},
    )


def _joined(result: InfillResult, other: InfillResult, start: int) -> InfillResult:
    """The new answer; of the part that stayed, as sure as the model was of it before."""
    stayed = [token for token in result.confidence if token.span.start < start]
    redone = [token for token in other.confidence if token.span.start >= start]
    return replace(other, confidence=(*stayed, *redone), alternatives=result.alternatives)
