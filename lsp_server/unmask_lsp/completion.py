"""The page to read first: what happens between a keystroke and its suggestion.

A snapshot goes in, a suggestion or the reason for silence comes out. Nothing here knows LSP, a
socket or a token.
"""

import logging
import os
from typing import Protocol

from unmask_lsp.context import window
from unmask_lsp.documents import Snapshot
from unmask_lsp.languages import language_of
from unmask_lsp.postprocess import suggest
from unmask_lsp.settings import Settings
from unmask_lsp.shown import Shown
from unmask_lsp.suggestion import Hidden, Suggestion
from unmask_lsp.syntax import Site
from unmask_model.request import InfillRequest, InfillResult, StopReason

logger = logging.getLogger(__name__)


class Filler(Protocol):
    """Whoever answers infill requests."""

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The answer; raises UnmaskError. Cancelling it frees the engine within a step."""
        ...


async def complete(
    snapshot: Snapshot, settings: Settings, filler: Filler, shown: Shown
) -> Suggestion | Hidden:
    """Suggest what belongs at the cursor; raises UnmaskError when nobody can answer."""
    if not settings.enabled:
        return Hidden.OFF
    if language_of(snapshot.language, snapshot.uri).id in settings.languages_off:
        return Hidden.LANGUAGE_OFF
    if rest := shown.rest(snapshot):
        return rest
    view = window(snapshot)
    max_lines = 1 if view.site is Site.MIDDLE_OF_LINE else settings.max_lines
    request = InfillRequest(
        left=view.left,
        right=view.right,
        snippets=view.snippets,
        budget_ms=settings.budget_ms,
        max_lines=max_lines,
        document=f"{os.getpid()} {snapshot.uri}",
    )
    result = await filler.fill(request)
    if result.stop_reason is StopReason.BUDGET and not result.text.strip():
        outcome: Suggestion | Hidden = Hidden.BUDGET
    else:
        outcome = suggest(result.text, view, cursor=snapshot.cursor, max_lines=max_lines)
    if isinstance(outcome, Suggestion):
        shown.keep(snapshot, outcome)
    _log(snapshot, view.site, result, outcome)
    return outcome


def _log(
    snapshot: Snapshot, site: Site, result: InfillResult, outcome: Suggestion | Hidden
) -> None:
    logger.info(
        "%s version %d, %s: %s; %s after %d steps, %s",
        snapshot.uri,
        snapshot.version,
        site,
        f"nothing shown, {outcome}" if isinstance(outcome, Hidden) else "shown",
        result.stop_reason,
        result.steps,
        ", ".join(f"{stage} {ms:.0f} ms" for stage, ms in result.ms.items()),
    )
