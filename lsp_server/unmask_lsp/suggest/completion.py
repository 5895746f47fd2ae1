"""The page to read first: what happens between a keystroke and its suggestion.

A snapshot goes in, a suggestion or the reason for silence comes out, with a trace of how.
Nothing here knows LSP, a socket or a token.
"""

import asyncio

from unmask_lsp.context.window import window
from unmask_lsp.settings import Eagerness, Settings
from unmask_lsp.suggest.engine_request import Infill, Wanted
from unmask_lsp.suggest.filler import Filler
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.show_policy import RESERVED, is_inside_word
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion, choice
from unmask_lsp.suggest.typing_through import Shown
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_lsp.text.stopwatch import Stopwatch
from unmask_model.protocol.request import Rewrite


async def complete(
    snapshot: Snapshot, settings: Settings, filler: Filler, shown: Shown, *, invoked: bool = False
) -> RequestTrace:
    """Suggest what belongs at the cursor, `invoked` if a person asked for it by a key.

    Raises UnmaskError when nobody can answer.
    """
    watch = Stopwatch()
    known = shown.choice if invoked else shown.rest
    if settled := off(snapshot, settings) or known(snapshot):
        watch.lap("shown before")
        return RequestTrace(snapshot=snapshot, outcome=settled, ms=watch.ms)
    if settings.eagerness is Eagerness.MANUAL and not invoked:
        return RequestTrace(snapshot=snapshot, outcome=SilenceReason.MANUAL)
    view = window(snapshot)
    eagerness = Eagerness.MANUAL if invoked else settings.eagerness
    if is_inside_word(view) and eagerness in RESERVED:
        return RequestTrace(snapshot=snapshot, outcome=SilenceReason.INSIDE_WORD, view=view)
    outdated = shown.outdated(snapshot)
    rewrite = Rewrite(text=with_newlines(outdated), check=True) if outdated else None
    wanted = _wanted(snapshot, settings, eagerness)
    infill = Infill.of(snapshot, view, wanted, rewrite)
    watch.lap("window")
    if settings.debounce_ms and not invoked:
        await asyncio.sleep(settings.debounce_ms / 1000)
        watch.lap("delay")
    answer = await infill.answer(filler, watch)
    outcome: Suggestion | SilenceReason = answer.outcome
    if invoked:
        outcome = choice([shown.rest(snapshot), *answer.choices]) or outcome
    if isinstance(outcome, Suggestion):
        shown.keep(snapshot, outcome)
    watch.lap("postprocess")
    return answer.trace(snapshot, outcome, watch.ms)


def off(snapshot: Snapshot, settings: Settings) -> SilenceReason | None:
    """Why nobody may be asked about this document; None if they may."""
    if not settings.enabled:
        return SilenceReason.OFF
    if snapshot.is_private:
        return SilenceReason.PRIVATE
    is_off = language_of(snapshot.language, snapshot.uri).id in settings.disabled_languages
    return SilenceReason.LANGUAGE_OFF if is_off else None


def _wanted(snapshot: Snapshot, settings: Settings, eagerness: Eagerness) -> Wanted:
    is_asked = eagerness is Eagerness.MANUAL
    return Wanted(
        eagerness=eagerness,
        candidates=settings.candidates if is_asked else 1,
        budget_ms=settings.invoked_budget_ms if is_asked else settings.budget_ms,
        max_lines=settings.max_lines,
        document=snapshot.uri,
    )
