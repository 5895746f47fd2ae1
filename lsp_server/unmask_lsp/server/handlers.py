"""One short coroutine or function for each LSP method the server answers.

Handlers that change a document are plain functions, so that they are done before the next message
is read. A completion never fails in the editor: whatever goes wrong is an empty list and a record.
"""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from unmask_lsp.client import convert
from unmask_lsp.client.items import ItemForm, accepted_length, item_id
from unmask_lsp.server.configuration import TIMEOUT_S
from unmask_lsp.server.session import Session
from unmask_lsp.settings import SECTION
from unmask_lsp.suggest.completion import complete
from unmask_lsp.suggest.prefetch import PAUSE_S, accepted, is_idle
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_lsp.text.stopwatch import Stopwatch
from unmask_model.protocol.errors import EngineBusy, EngineLetGo, UnmaskError, WeightsAbsent

logger = logging.getLogger(__name__)

T = TypeVar("T")


async def initialize(
    session: Session, server: LanguageServer, params: types.InitializeParams
) -> None:
    """Take over what kind of client it is, and its first settings."""
    session.encoding = convert.encoding(params.capabilities)
    session.line_ends = convert.keeps_line_ends(params.client_info)
    session.change_folders(convert.roots(params), ())
    spelling = convert.spelling(params.client_info)
    session.configuration.spelling = session.client_ui.spelling = spelling
    session.configuration.initial = params.initialization_options
    if not convert.can_configure(params.capabilities):
        session.configuration.is_known.set()
    await session.configure(params.initialization_options)


async def initialized(
    session: Session, server: LanguageServer, params: types.InitializedParams
) -> None:
    """Ask for the settings, and to be told when they change."""
    session.client_ui.listens()
    await pull_settings(session, server)
    if convert.watches_configuration(server.client_capabilities):
        await server.client_register_capability_async(convert.configuration_watch(SECTION))


async def did_change_configuration(
    session: Session, server: LanguageServer, params: types.DidChangeConfigurationParams
) -> None:
    """Swap the settings; clients that can be asked are asked, the others have sent them or none."""
    if convert.can_configure(server.client_capabilities):
        await pull_settings(session, server)
    elif params.settings:
        await session.configure(params.settings)


async def pull_settings(session: Session, server: LanguageServer) -> None:
    """Read all settings from a client that can be asked; null and {} mean it has none to give."""
    if not convert.can_configure(server.client_capabilities):
        return
    uris = [document.uri for document in session.documents]
    asked = convert.configuration(SECTION, None, *uris)
    window, *own = await server.workspace_configuration_async(asked) or [None]
    documents = dict(zip(uris, own, strict=False))
    given = session.configuration.answered(window)
    session.configuration.is_known.set()
    if given is not None:
        await session.configure(given)
    session.take_documents(documents)


async def pull_document_settings(session: Session, server: LanguageServer, uri: str) -> None:
    """Read the settings of one document, which its language or folder may have of its own."""
    try:
        answers = await server.workspace_configuration_async(convert.configuration(SECTION, uri))
    except JsonRpcException as error:
        return logger.info("%s has the window's settings: %s", uri, error)
    if session.documents.get(uri):
        session.take_documents({uri: answers[0] if answers else None})


def did_change_workspace_folders(
    session: Session, server: LanguageServer, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    """Take over which folders are open."""
    session.change_folders(
        (folder.uri for folder in params.event.added),
        (folder.uri for folder in params.event.removed),
    )


def did_open(
    session: Session, server: LanguageServer, params: types.DidOpenTextDocumentParams
) -> None:
    """Follow a document, and have an engine ready for it."""
    item = params.text_document
    open_document(session, server, item)


def open_document(session: Session, server: LanguageServer, item: types.TextDocumentItem) -> None:
    """Follow a document, and ask for its settings."""
    session.open(item.uri, item.version, item.language_id, item.text)
    if convert.can_configure(server.client_capabilities):
        asking = pull_document_settings(session, server, item.uri)
        session.configuration.asking(item.uri, asyncio.create_task(asking))


def did_change(
    session: Session, server: LanguageServer, params: types.DidChangeTextDocumentParams
) -> None:
    """Apply edits; what is being computed for the old text is of no use any more."""
    item = params.text_document
    session.change(item.uri, item.version, [convert.edit(one) for one in params.content_changes])


def did_close(
    session: Session, server: LanguageServer, params: types.DidCloseTextDocumentParams
) -> None:
    """Forget a document."""
    session.close(params.text_document.uri)


async def inline_completion(
    session: Session, server: LanguageServer, params: Any
) -> dict[str, Any]:
    """Suggest what belongs at the cursor; a newer request or an edit cancels this one."""
    uri = params.textDocument.uri
    snapshot = session.snapshot(uri, convert.position(params.position))
    if snapshot is None:
        logger.info("%s: %s", uri, SilenceReason.NOT_OPEN)
        return ItemForm.nothing()
    unit = convert.indent_unit(params) or snapshot.indent_unit
    snapshot = replace(snapshot, indent_unit=unit)
    items = await _items(session, snapshot, params)
    return _form(session, snapshot).inline(items)


async def completion(
    session: Session, server: LanguageServer, params: types.CompletionParams
) -> types.CompletionList:
    """The same among the items of a popup, for clients that draw no inline completion."""
    snapshot = session.snapshot(params.text_document.uri, convert.position(params.position))
    if snapshot is None:
        return types.CompletionList(is_incomplete=False, items=[])
    items = await _items(session, snapshot, params)
    return _form(session, snapshot).popup(items)


def _form(session: Session, snapshot: Snapshot) -> ItemForm:
    return ItemForm(snapshot=snapshot, encoding=session.encoding, line_ends=session.line_ends)


async def _items(session: Session, snapshot: Snapshot, params: Any) -> dict[str, Suggestion]:
    """What to offer, by the ids under which the client may speak of it."""
    uri = snapshot.uri
    with session.latest.claim(uri):
        await session.configuration.settle(uri)
        item = convert.selected_item(params, snapshot, session.encoding)
        ahead = item.accepted(snapshot) if item else snapshot
        completion = _complete(session, ahead, invoked=convert.is_invoked(params))
        what = f"completing {uri} version {snapshot.version}"
        failed = RequestTrace(snapshot=snapshot, outcome=SilenceReason.ENGINE)
        trace = await fenced(session, what, completion) or failed
    session.take_down(trace)
    logger.info("%s", trace)
    outcome = trace.outcome
    if isinstance(outcome, SilenceReason):
        return {}
    if not item:
        session.latest.begin(uri, _prepare(session, snapshot, outcome))
    return session.acceptance.offer(snapshot, item.continued(outcome) if item else outcome)


async def _prepare(session: Session, snapshot: Snapshot, shown: Suggestion) -> None:
    """Have what comes after a suggestion at hand, if that costs nobody anything.

    Whether it does is looked at last: settings may have changed in the pause.
    """
    await asyncio.sleep(PAUSE_S)
    if session.configuration.of(snapshot.uri).prefetch and session.engine.is_own and is_idle():
        completion = _complete(session, accepted(snapshot, shown), invoked=False)
        await fenced(session, "preparing", completion)


async def _complete(session: Session, snapshot: Snapshot, *, invoked: bool) -> RequestTrace:
    if session.snooze.is_on and not invoked:
        return RequestTrace(snapshot=snapshot, outcome=SilenceReason.SNOOZED)
    watch = Stopwatch()
    surrounded = session.surrounded(snapshot)
    taken = session.context_picker.taken(snapshot.uri)
    watch.lap("context")
    settings = session.configuration.of(snapshot.uri)
    trace = await complete(surrounded, settings, session.engine, session.shown, invoked=invoked)
    return replace(trace, ms=watch.ms | trace.ms, taken=taken)


def did_show_completion(session: Session, server: LanguageServer, params: Any) -> None:
    """Copilot's: an item has been drawn."""
    session.acceptance.show(item_id(params))


def did_partially_accept_completion(session: Session, server: LanguageServer, params: Any) -> None:
    """Copilot's: a part of an item, counted from its start, has been accepted."""
    session.acceptance.accept_part(item_id(params), accepted_length(params))


def did_change_diagnostics(session: Session, server: LanguageServer, params: Any) -> None:
    """Ours: what other tools say of a document now, which servers are not told otherwise."""
    session.note_problems(convert.document_uri(params), convert.problems(params))


def did_focus(session: Session, server: LanguageServer, params: Any) -> None:
    """Copilot's: another document is looked at; have an engine ready, and say if it is left out."""
    session.focus(convert.document_uri(params))


async def fenced(session: Session, what: str, work: Awaitable[T]) -> T | None:
    """Work, and turn every failure into None: an error costs an answer, not a session."""
    try:
        return await work
    except (WeightsAbsent, EngineBusy, EngineLetGo) as error:
        logger.info("%s", error)  # the person knows already, and the next key asks again
    except UnmaskError as error:
        session.client_ui.warn(str(error))
    except Exception:
        logger.exception("%s", what)
    return None


async def shutdown(session: Session, server: LanguageServer, params: None) -> None:
    """Let go of the engine, which other editors may still use, and write the counts."""
    session.memory_feed.stop()
    with suppress(TimeoutError):
        await asyncio.wait_for(session.engine.close(), timeout=TIMEOUT_S)
    await session.stats.close()
