"""Builds the language server: which method is answered by which handler, and what is announced."""

from collections.abc import Awaitable, Callable
from functools import partial
from importlib.metadata import version
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from unmask_lsp.client import convert
from unmask_lsp.client.client_ui import ClientUI
from unmask_lsp.client.items import DID_ACCEPT
from unmask_lsp.engine.download import Download
from unmask_lsp.engine.engine_link import End, EngineConnection, EngineLink
from unmask_lsp.engine.listener import Report
from unmask_lsp.server import execute_command, fill_handlers, handlers, notebook_handlers
from unmask_lsp.server.protocol import Protocol
from unmask_lsp.server.session import Session
from unmask_lsp.server.stdio import talk
from unmask_lsp.settings import Settings
from unmask_lsp.stats.stats_file import StatsFile
from unmask_lsp.stats.stats_recorder import StatsRecorder

_HANDLERS: dict[str, Callable[..., Any]] = {
    types.INITIALIZED: handlers.initialized,
    types.SHUTDOWN: handlers.shutdown,
    types.TEXT_DOCUMENT_DID_OPEN: handlers.did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: handlers.did_change,
    types.TEXT_DOCUMENT_DID_CLOSE: handlers.did_close,
    types.NOTEBOOK_DOCUMENT_DID_OPEN: notebook_handlers.did_open,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE: notebook_handlers.did_change,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE: notebook_handlers.did_close,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: handlers.did_change_workspace_folders,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: handlers.did_change_configuration,
    types.TEXT_DOCUMENT_INLINE_COMPLETION: handlers.inline_completion,
    "textDocument/didShowCompletion": handlers.did_show_completion,
    "textDocument/didPartiallyAcceptCompletion": handlers.did_partially_accept_completion,
    "textDocument/didFocus": handlers.did_focus,
    "unmask/didChangeDiagnostics": handlers.did_change_diagnostics,
    types.TEXT_DOCUMENT_CODE_ACTION: fill_handlers.code_actions,
    types.CODE_ACTION_RESOLVE: fill_handlers.resolve_code_action,
}
_COMMANDS: dict[str, Callable[..., Any]] = {
    "unmask.fill": fill_handlers.fill,
    "unmask.restartEngine": execute_command.restart_engine,
    "unmask.download": execute_command.download,
    "unmask.snooze": execute_command.snooze,
    "unmask.resume": execute_command.resume,
    "unmask.explainLast": execute_command.explain_last,
    "unmask.stats": execute_command.stats,
    "unmask.eraseStats": execute_command.erase_stats,
    DID_ACCEPT: execute_command.did_accept,
}
# Without options pygls does not announce the capability.
_OPTIONS: dict[str, Any] = {
    types.TEXT_DOCUMENT_INLINE_COMPLETION: types.InlineCompletionOptions(),
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.RefactorRewrite], resolve_provider=True
    ),
}


_POPUP = types.CompletionOptions(trigger_characters=list(" .([{=:,"))
_CELLS = types.NotebookCellLanguage(language="*")
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[types.NotebookDocumentFilterWithCells(cells=[_CELLS])]
)


def build(  # noqa: PLR0913 -- what the server is given of the outside, once
    connect: Callable[[str, str, Report], Awaitable[EngineConnection]],
    end: End,
    in_words: Callable[[str], str],
    are_here: Callable[[str], bool],
    counts: StatsFile,
    is_elsewhere: Callable[[Settings], bool] = lambda settings: bool(settings.server),
) -> LanguageServer:
    """A server that gets its engine from `connect`, which is told server and model first.

    `in_words` tells what a download of a model brings, `are_here` whether its weights are on this
    machine, `is_elsewhere` whether text goes to another machine under some settings.
    """
    server = LanguageServer(
        "unmask",
        version("unmask"),
        protocol_cls=Protocol,
        converter_factory=default_converter,
        notebook_document_sync=_NOTEBOOKS,
    )
    client_ui = ClientUI(server)
    download = Download(client_ui, in_words, are_here)
    elsewhere = Download(client_ui, in_words, lambda model: True)

    def link_to(settings: Settings) -> EngineLink:
        there = partial(connect, settings.server)
        ending, weights = (_leave_alone, elsewhere) if settings.server else (end, download)
        return EngineLink(settings.model, there, ending, weights, client_ui)

    engine = link_to(Settings())
    stats = StatsRecorder(counts)
    session = Session(
        client_ui=client_ui,
        link_to=link_to,
        engine=engine,
        is_elsewhere=is_elsewhere,
        stats=stats,
    )
    _keep_own_documents(server)
    server.feature(types.INITIALIZE)(partial(_initialize, session, server))
    for method, handler in _HANDLERS.items():
        server.feature(method, _OPTIONS.get(method))(partial(handler, session, server))
    _take_commands_back_when_cancelled(server)
    for name, command in _COMMANDS.items():
        server.command(name)(partial(command, session, server))
    return server


def run(server: LanguageServer, stdout: BinaryIO, tidy: Callable[[], None] = lambda: None) -> int:
    """Serve a client on stdin and `stdout` until it has left; return the exit status.

    `tidy` is called now and then, to give back memory that is not in use.
    """
    protocol = server.protocol
    assert isinstance(protocol, Protocol)
    leave = partial(protocol.fm.features[types.SHUTDOWN], None)
    return talk(protocol, lambda: server.process_id, leave, tidy, stdout)


async def _initialize(
    session: Session, server: LanguageServer, params: types.InitializeParams
) -> None:
    """Announce suggestions in a popup to clients that draw no others; else they would be twice."""
    if not convert.draws_inline(params):
        answer = partial(handlers.completion, session, server)
        server.feature(types.TEXT_DOCUMENT_COMPLETION, _POPUP)(answer)
    await handlers.initialize(session, server, params)


async def _leave_alone(model: str) -> None:
    """An engine on another machine is not for one of its users to end."""


def _take_commands_back_when_cancelled(server: LanguageServer) -> None:
    """Run commands as tasks of their requests: in pygls's own way a cancelled one runs on."""

    async def execute(params: types.ExecuteCommandParams) -> Any:
        command = server.protocol.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        given = params.arguments or ()
        try:
            running = command(*given)
        except TypeError:
            why = f"{params.command} takes other arguments than {len(given)}"
            raise JsonRpcInvalidParams(why) from None
        return await running

    del server.protocol.fm.builtin_features[types.WORKSPACE_EXECUTE_COMMAND]
    server.feature(types.WORKSPACE_EXECUTE_COMMAND)(execute)


def _keep_own_documents(server: LanguageServer) -> None:
    """Take pygls's stores out: of texts, whose lines it splits at form feeds, and of folders."""
    for method in (
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_CHANGE,
        types.TEXT_DOCUMENT_DID_CLOSE,
        types.NOTEBOOK_DOCUMENT_DID_OPEN,
        types.NOTEBOOK_DOCUMENT_DID_CHANGE,
        types.NOTEBOOK_DOCUMENT_DID_CLOSE,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    ):
        del server.protocol.fm.builtin_features[method]
