"""Edits in LSP: the request for one, the code actions that offer it, and the WorkspaceEdit.

The command unmask.fill and a code action that is to be resolved say the same in the same fields.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from lsprotocol import types

from unmask_lsp.client.items import as_sent, on_accept, span
from unmask_lsp.fill.edits import Candidate, Replacement
from unmask_lsp.fill.holes import Scope
from unmask_lsp.text.documents import Snapshot
from unmask_lsp.text.positions import Encoding, Position
from unmask_model.protocol.errors import RequestInvalid

TITLES = {
    Scope.SELECTION: "Fill this selection",
    Scope.BODY: "Fill this body",
    Scope.FILE: "Fill every hole in this file",
    Scope.REDO: "Redo this part of the suggestion",
}
"""What the code actions are called."""
ANNOTATION = "unmask"
"""Names the one change annotation of an edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillAsk:
    """What the command unmask.fill and a code action to be resolved ask for."""

    uri: str
    """The document."""
    start: Position
    """Where the selection starts, or the cursor."""
    end: Position
    """Where the selection ends."""
    scope: Scope
    candidates: int | None = None
    """How many edits to choose from, if the client says so."""
    version: int | None = None
    """Which version of the document was meant, if the client says so."""


def fill_ask(argument: Any) -> FillAsk:
    """What is asked; raises RequestInvalid if it is nothing that can be."""
    try:
        document = argument["textDocument"]
        place = argument.get("range") or dict.fromkeys(("start", "end"), argument.get("position"))
        return FillAsk(
            uri=_checked(document["uri"], str),
            version=_checked(document.get("version"), int, type(None)),
            start=_position(place["start"]),
            end=_position(place["end"]),
            scope=Scope(argument["scope"]),
            candidates=_checked(argument.get("candidates"), int, type(None)),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        scopes = ", ".join(Scope)
        raise RequestInvalid(
            "a fill needs a textDocument, a range or a position, and a scope"
            f" ({scopes}): {type(error).__name__} {error}"
        ) from error


def wants_rewrites(params: types.CodeActionParams, capabilities: types.ClientCapabilities) -> bool:
    """Whether the client wants code actions of our kind, and asks for their edits later."""
    document = capabilities.text_document
    actions = document.code_action if document else None
    resolve = actions.resolve_support if actions else None
    kind = f"{types.CodeActionKind.RefactorRewrite.value}."
    only = params.context.only
    is_wanted = only is None or any(kind.startswith(f"{wanted}.") for wanted in only)
    return is_wanted and resolve is not None and "edit" in resolve.properties


def code_action(scope: Scope, snapshot: Snapshot, span: types.Range) -> types.CodeAction:
    """A code action whose edit is found when a person picks it."""
    return types.CodeAction(
        title=TITLES[scope],
        kind=types.CodeActionKind.RefactorRewrite,
        data={
            "textDocument": {"uri": snapshot.uri, "version": snapshot.version},
            "range": {"start": _fields(span.start), "end": _fields(span.end)},
            "scope": scope.value,
            "candidates": 1,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForm:
    """How a client wants its edits."""

    encoding: Encoding
    """What a unit of a position is."""
    line_ends: bool
    """Whether inserted text has the file's line ends."""
    versioned: bool
    """Whether an edit may say which version of the document it is for."""
    annotated: bool
    """Whether an edit may ask to be looked at before it is applied."""

    @classmethod
    def of(
        cls, capabilities: types.ClientCapabilities, encoding: Encoding, *, line_ends: bool
    ) -> Self:
        """What a client can take."""
        workspace = capabilities.workspace
        support = workspace.workspace_edit if workspace else None
        return cls(
            encoding=encoding,
            line_ends=line_ends,
            versioned=bool(support and support.document_changes),
            annotated=bool(support and support.change_annotation_support),
        )

    def choice(self, id: str, candidate: Candidate, snapshot: Snapshot) -> dict[str, Any]:
        """What a client may show and apply, and the command to run when it has."""
        return {
            "label": candidate.label,
            "text": candidate.text,
            "edit": self.edit(candidate, snapshot),
            "command": on_accept(id),
        }

    def edit(self, candidate: Candidate, snapshot: Snapshot) -> types.WorkspaceEdit:
        """One change of one document, undone as one."""
        changes = [self._change(one, snapshot) for one in candidate.replacements]
        if not self.versioned:
            return types.WorkspaceEdit(changes={snapshot.uri: changes})
        if not self.annotated:
            return _versioned(snapshot, changes)
        note = types.ChangeAnnotation(
            label="Unmask", description=candidate.label, needs_confirmation=True
        )
        annotated = [
            types.AnnotatedTextEdit(
                range=change.range, new_text=change.new_text, annotation_id=ANNOTATION
            )
            for change in changes
        ]
        return _versioned(snapshot, annotated, {ANNOTATION: note})

    def _change(self, one: Replacement, snapshot: Snapshot) -> types.TextEdit:
        return types.TextEdit(
            range=span(snapshot, one.start, one.end, self.encoding),
            new_text=as_sent(one.text, line_ends=self.line_ends),
        )


def edits_answer(choices: Iterable[dict[str, Any]] = (), *, message: str = "") -> dict[str, Any]:
    """The answer of unmask.fill: the candidates, or a message that says why there are none."""
    return {"candidates": list(choices), "message": message}


def _versioned(
    snapshot: Snapshot,
    changes: Sequence[types.TextEdit | types.AnnotatedTextEdit],
    notes: dict[str, types.ChangeAnnotation] | None = None,
) -> types.WorkspaceEdit:
    document = types.OptionalVersionedTextDocumentIdentifier(
        uri=snapshot.uri, version=snapshot.version
    )
    change = types.TextDocumentEdit(text_document=document, edits=changes)
    return types.WorkspaceEdit(document_changes=[change], change_annotations=notes)


def _position(given: Any) -> Position:
    """A position of the wire; the start of the document if there is none."""
    if given is None:
        return Position(line=0, unit=0)
    return Position(line=int(given["line"]), unit=int(given["character"]))


def _checked(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise TypeError(f"{type(value).__name__} is no {kinds[0].__name__}")
    return value


def _fields(position: types.Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}
