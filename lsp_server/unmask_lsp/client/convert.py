"""Turns documents, positions, changes and settings of LSP into ours and back.

Parameters of textDocument/inlineCompletion come as plain objects with the wire's own names, since
lsprotocol refuses the trigger kind 0 of older clients and drops fields it does not know.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import reduce
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcInvalidParams

from unmask_lsp.client.selected_item import SelectedItem
from unmask_lsp.client.status_message import StatusMessage
from unmask_lsp.engine.status import State, Status
from unmask_lsp.settings import Spelling
from unmask_lsp.text.documents import Snapshot
from unmask_lsp.text.positions import Edit, Encoding, Position

# These editors hold lines without their ends, and insert a carriage return as a character.
_OWN_LINE_ENDS = ("neovim", "emacs")
_TOLD = (None, types.DiagnosticSeverity.Error, types.DiagnosticSeverity.Warning)
MOST_PROBLEMS = 1000
"""Errors and warnings of a document that are listened to."""
_KINDS = {
    State.NEEDS_DOWNLOAD: "Warning",
    State.SLOW: "Warning",
    State.PRIVATE: "Inactive",
    State.OFF: "Inactive",
    State.PROBLEM: "Error",
}


def encoding(capabilities: types.ClientCapabilities) -> Encoding:
    """The position encoding that is agreed on; the same choice as pygls announces."""
    return Encoding(ServerCapabilitiesBuilder.choose_position_encoding(capabilities))


def roots(params: types.InitializeParams) -> tuple[str, ...]:
    """URIs of the folders a client has open; older clients name one, or its path."""
    if params.workspace_folders:
        return tuple(folder.uri for folder in params.workspace_folders)
    if params.root_uri:
        return (params.root_uri,)
    return (Path(params.root_path).absolute().as_uri(),) if params.root_path else ()


def keeps_line_ends(client: types.ClientInfo | None) -> bool:
    """Whether the client wants inserted text with the line ends of the file."""
    return client is None or client.name.lower() not in _OWN_LINE_ENDS


def spelling(client: types.ClientInfo | None) -> Spelling:
    """How people write settings in a client; most keep them in JSON."""
    name = client.name.lower() if client else ""
    return {"neovim": Spelling.SNAKE, "emacs": Spelling.KEBAB}.get(name, Spelling.CAMEL)


def position(params: Any) -> Position:
    """A position; raises JsonRpcInvalidParams where it is none, which lsprotocol lets pass."""
    if not (type(params.line) is int and type(params.character) is int):
        raise JsonRpcInvalidParams("a position is two whole numbers")
    return Position(line=params.line, unit=params.character)


def indent_unit(params: Any) -> str:
    """White space of one level of indentation, where a client sends its formatting options too."""
    options = getattr(params, "formattingOptions", None)
    columns = getattr(options, "tabSize", 0)
    if not options or not isinstance(columns, int):
        return ""
    return " " * columns if getattr(options, "insertSpaces", True) else "\t"


def is_invoked(params: Any) -> bool:
    """Whether a person asked for this completion by a key; older clients say so with a 0."""
    kind = getattr(getattr(params, "context", None), "triggerKind", None)
    return kind in (0, types.InlineCompletionTriggerKind.Invoked)


def selected_item(params: Any, snapshot: Snapshot, encoding: Encoding) -> SelectedItem | None:
    """The popup's item, if there is one and it takes text on the cursor's line."""
    info = _field(params, "context", "selectedCompletionInfo")
    text, places = _field(info, "text"), [_field(info, "range", end) for end in ("start", "end")]
    units = [_field(place, "character") for place in places]
    if not isinstance(text, str) or not all(type(unit) is int for unit in units):
        return None
    if any(_field(place, "line") != snapshot.line for place in places):
        return None
    line = re.split(r"[\r\n]", snapshot.text[snapshot.line_start :], maxsplit=1)[0]
    start, end = (snapshot.line_start + encoding.characters(line, unit) for unit in units)
    return SelectedItem(text=text, start=start, end=end) if start <= end else None


def edit(change: types.TextDocumentContentChangeEvent) -> Edit:
    """One change of a document: a range that is replaced, or the whole text."""
    if isinstance(change, types.TextDocumentContentChangePartial):
        return Edit(
            text=change.text, start=position(change.range.start), end=position(change.range.end)
        )
    return Edit(text=change.text)


def document_uri(params: Any) -> str:
    """The URI of the document a notification speaks of; empty if it is none."""
    return str(_field(params, "textDocument", "uri") or "")


def problems(params: Any) -> Iterator[tuple[int, str]]:
    """Line and message of each error and warning that a client tells of; hints are left out."""
    said = _field(params, "diagnostics")
    for one in said[:MOST_PROBLEMS] if isinstance(said, list) else ():
        line, message = _field(one, "range", "start", "line"), _field(one, "message")
        if isinstance(line, int) and message and _field(one, "severity") in _TOLD:
            yield line, str(message)


def draws_inline(params: types.InitializeParams) -> bool:
    """Whether a client shows inline completions; Emacs does so without a word about it."""
    text_document = params.capabilities.text_document
    client = params.client_info.name.lower() if params.client_info else ""
    return bool(text_document and text_document.inline_completion) or client == "emacs"


def can_configure(capabilities: types.ClientCapabilities) -> bool:
    """Whether the client can be asked for settings."""
    return bool(capabilities.workspace and capabilities.workspace.configuration)


def watches_configuration(capabilities: types.ClientCapabilities) -> bool:
    """Whether the client tells of changed settings once it is asked to."""
    workspace = capabilities.workspace
    changes = workspace.did_change_configuration if workspace else None
    return bool(changes and changes.dynamic_registration)


def configuration(section: str, *uris: str | None) -> types.ConfigurationParams:
    """The question for a section of the settings, of documents; None is the whole window."""
    items = [types.ConfigurationItem(scope_uri=uri, section=section) for uri in uris]
    return types.ConfigurationParams(items=items)


def configuration_watch(section: str) -> types.RegistrationParams:
    """The wish to be told of changed settings."""
    method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
    options = types.DidChangeConfigurationRegistrationOptions(section=section)
    return types.RegistrationParams(
        registrations=[types.Registration(id=method, method=method, register_options=options)]
    )


def shows_progress(capabilities: types.ClientCapabilities) -> bool:
    """Whether the client draws progress that the server starts."""
    return bool(capabilities.window and capabilities.window.work_done_progress)


def progress_begin(title: str, words: str, share: float | None) -> types.WorkDoneProgressBegin:
    """The start of progress."""
    return types.WorkDoneProgressBegin(
        title=title, message=words, percentage=_percent(share), cancellable=False
    )


def progress_report(words: str, share: float | None) -> types.WorkDoneProgressReport:
    """A step of progress."""
    return types.WorkDoneProgressReport(message=words, percentage=_percent(share))


def progress_end() -> types.WorkDoneProgressEnd:
    """What closes the progress item of the client."""
    return types.WorkDoneProgressEnd()


def question(text: str, answers: Sequence[str]) -> types.ShowMessageRequestParams:
    """A question with buttons."""
    return types.ShowMessageRequestParams(
        type=types.MessageType.Info,
        message=text,
        actions=[types.MessageActionItem(title=answer) for answer in answers],
    )


def warning(text: str) -> types.ShowMessageParams:
    """A message that is shown."""
    return types.ShowMessageParams(type=types.MessageType.Warning, message=text)


def log(text: str) -> types.LogMessageParams:
    """A message for the client's log."""
    return types.LogMessageParams(type=types.MessageType.Info, message=text)


def status(status: Status, said: StatusMessage) -> dict[str, object]:
    """The parameters of didChangeStatus, as Copilot's language server has them, and our own."""
    percent = _percent(status.share)
    return {
        "message": said.text,
        "kind": _KINDS.get(status.state, "Normal"),
        "busy": status.state in (State.LOADING, State.READING, State.BUSY),
        "state": status.state.value,
        "model": status.model,
        **({} if percent is None else {"percent": percent}),
        **({"action": asdict(said.action)} if said.action else {}),
    }


def _field(params: Any, *names: str) -> Any:
    """A field of a field of plain parameters; None where there is none."""
    return reduce(lambda inner, name: getattr(inner, name, None), names, params)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * min(max(share, 0.0), 1.0))
