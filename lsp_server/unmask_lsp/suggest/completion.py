"""The page to read first: what happens between a keystroke and its suggestion.

A snapshot goes in, a suggestion or the reason for silence comes out, with a trace of how.
Nothing here knows LSP, a socket or a token.
"""

import asyncio
import os

from unmask_lsp.context.window import ContextWindow, window
from unmask_lsp.settings import Eagerness, Settings
from unmask_lsp.suggest.candidates import candidates
from unmask_lsp.suggest.filler import Filler
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.repair import repair
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.score import first_line, score
from unmask_lsp.suggest.show_policy import (
    LEAST_SCORE,
    RESERVED,
    is_inside_word,
    most_lines,
)
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion, choice
from unmask_lsp.suggest.typing_through import Shown
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_lsp.text.stopwatch import Stopwatch
from unmask_model.protocol.request import InfillRequest, InfillResult, Rewrite, StopReason


async def complete(
    snapshot: Snapshot, settings: Settings, filler: Filler, shown: Shown, *, invoked: bool = False
) -> RequestTrace:
    """Suggest what belongs at the cursor, `invoked` if a person asked for it by a key.

    Raises UnmaskError when nobody can answer.
    """
    watch = Stopwatch()
    known = shown.choice if invoked else shown.rest
    if answer := off(snapshot, settings) or known(snapshot):
        watch.lap("shown before")
        return RequestTrace(snapshot=snapshot, outcome=answer, ms=watch.ms)
    if settings.eagerness is Eagerness.MANUAL and not invoked:
        return RequestTrace(snapshot=snapshot, outcome=SilenceReason.MANUAL)
    view = window(snapshot)
    eagerness = Eagerness.MANUAL if invoked else settings.eagerness
    if is_inside_word(view) and eagerness in RESERVED:
        return RequestTrace(snapshot=snapshot, outcome=SilenceReason.INSIDE_WORD, view=view)
    outdated = shown.outdated(snapshot)
    request = _request(snapshot, view, settings, eagerness, outdated)
    watch.lap("window")
    if settings.delay_ms and not invoked:
        await asyncio.sleep(settings.delay_ms / 1000)
        watch.lap("delay")
    result = await filler.fill(request)
    watch.lap("engine")
    result = await repair(result, request, view, filler)
    watch.lap("repair")
    least = LEAST_SCORE[eagerness]
    outcome = _decide(result, view, snapshot.cursor, request.max_lines, least)
    if invoked:
        found = candidates(result, view, cursor=snapshot.cursor, max_lines=request.max_lines)
        outcome = choice([shown.rest(snapshot), *found]) or outcome
    if isinstance(outcome, Suggestion):
        shown.keep(snapshot, outcome)
    watch.lap("postprocess")
    return RequestTrace(
        snapshot=snapshot,
        outcome=outcome,
        view=view,
        request=request,
        result=result,
        least_score=least,
        ms=watch.ms,
    )


def off(snapshot: Snapshot, settings: Settings) -> SilenceReason | None:
    """Why nobody may be asked about this document; None if they may."""
    if not settings.enabled:
        return SilenceReason.OFF
    if snapshot.is_private:
        return SilenceReason.PRIVATE
    is_off = language_of(snapshot.language, snapshot.uri).id in settings.languages_off
    return SilenceReason.LANGUAGE_OFF if is_off else None


def _request(
    snapshot: Snapshot,
    view: ContextWindow,
    settings: Settings,
    eagerness: Eagerness,
    outdated: str,
) -> InfillRequest:
    """What to ask; a suggestion that was made for another right side is checked first."""
    is_asked = eagerness is Eagerness.MANUAL
    return InfillRequest(
        left=view.left,
        right=view.right,
        snippets=view.snippets,
        rewrite=Rewrite(text=with_newlines(outdated), check=True) if outdated else None,
        candidates=settings.candidates if is_asked else 1,
        budget_ms=settings.asked_budget_ms if is_asked else settings.budget_ms,
        max_lines=most_lines(view, eagerness, settings.max_lines),
        document=f"{os.getpid()} {snapshot.uri}",
    )


def _decide(
    result: InfillResult, view: ContextWindow, cursor: int, max_lines: int, least: float
) -> Suggestion | SilenceReason:
    """The block if the model is sure enough of it, else its first line, else nothing."""
    if result.stop_reason is StopReason.BUDGET and not result.text.strip():
        return SilenceReason.BUDGET
    block = suggest(result.text, view, cursor=cursor, max_lines=max_lines)
    if (
        isinstance(block, SilenceReason)
        or score(result, block.text.count(view.newline) + 1) >= least
    ):
        return block
    first = first_line(result.text)
    line = suggest(result.text, view, cursor=cursor, max_lines=first)
    is_sure = isinstance(line, Suggestion) and score(result, first) >= least
    return line if is_sure else SilenceReason.UNSURE
