"""Fills that a person asks for by name: the command unmask.fill, and code actions for clients
without it.

Unlike a completion, a fill that comes to nothing is always said, and why.
"""

from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from unmask_lsp.client import convert
from unmask_lsp.client.workspace_edit import (
    EditForm,
    code_action,
    edits_answer,
    fill_ask,
    wants_rewrites,
)
from unmask_lsp.fill.edits import MAX_TOKENS, Filling
from unmask_lsp.fill.holes import Scope, find
from unmask_lsp.server.handlers import fenced
from unmask_lsp.server.session import Session
from unmask_lsp.server.superseding import Purpose
from unmask_lsp.suggest.completion import off
from unmask_lsp.suggest.engine_request import Wanted
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_model.protocol.errors import UnmaskError


def code_actions(
    session: Session, server: LanguageServer, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Offer the fills there is a hole for; nobody is asked before one is picked."""
    start, end = convert.position(params.range.start), convert.position(params.range.end)
    selected = session.selected(params.text_document.uri, start, end)
    if selected is None or not wants_rewrites(params, server.client_capabilities):
        return []
    snapshot, last = selected
    settings = session.configuration.of(snapshot.uri)
    if off(session.screened(snapshot), settings):
        return []
    mark = settings.hole_mark
    offered = (s for s in Scope if find(s, snapshot, last, mark=mark, shown=session.shown))
    return [code_action(scope, snapshot, params.range) for scope in offered]


async def resolve_code_action(
    session: Session, server: LanguageServer, action: types.CodeAction
) -> types.CodeAction:
    """Find the edit of the code action that was picked: the best candidate."""
    answer = await fill(session, server, action.data)
    if answer["candidates"]:
        best = answer["candidates"][0]
        action.edit, action.command = best["edit"], best["command"]
    else:
        session.client_ui.reply(f"{action.title}: {answer['message']}")
    return action


async def fill(session: Session, server: LanguageServer, argument: Any = None) -> dict[str, Any]:
    """The command unmask.fill: edits to choose from, which the client shows and applies."""
    answer = await fenced(session, "unmask.fill", _fill_or_why_not(session, server, argument))
    return answer or edits_answer(message=SilenceReason.ENGINE)


async def _fill_or_why_not(
    session: Session, server: LanguageServer, argument: Any
) -> dict[str, Any]:
    """Edits; where nobody can answer, the reason is told to the one who asked."""
    try:
        return await _fill(session, server, argument)
    except UnmaskError as error:
        return edits_answer(message=str(error))


async def _fill(session: Session, server: LanguageServer, argument: Any) -> dict[str, Any]:
    ask = fill_ask(argument)
    with session.latest.claim(ask.uri, Purpose.EDIT):
        await session.configuration.settle(ask.uri)
        selected = session.selected(ask.uri, ask.start, ask.end)
        if selected is None:
            return edits_answer(message=SilenceReason.NOT_OPEN)
        snapshot, last = selected
        if ask.version not in (None, snapshot.version):
            return edits_answer(message=SilenceReason.STALE)
        settings, snapshot = session.configuration.of(ask.uri), session.surrounded(snapshot)
        if reason := off(snapshot, settings):
            return edits_answer(message=reason)
        wanted = Wanted(
            candidates=ask.candidates or settings.candidates,
            budget_ms=settings.invoked_budget_ms,
            max_tokens=MAX_TOKENS,
            document=f"{ask.uri} edit",
        )
        holes = find(ask.scope, snapshot, last, mark=settings.hole_mark, shown=session.shown)
        found = await Filling(snapshot=snapshot, wanted=wanted, filler=session.engine).of(holes)
    for trace in found.traces:
        session.take_down(trace)
    if found.silence:
        return edits_answer(message=found.silence)
    form = EditForm.of(server.client_capabilities, session.encoding, line_ends=session.line_ends)
    offered = session.acceptance.offer_edits(snapshot, found.candidates)
    return edits_answer(form.choice(id, one, snapshot) for id, one in offered.items())
