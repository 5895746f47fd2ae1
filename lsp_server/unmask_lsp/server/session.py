"""What one client's server holds between messages."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path

from unmask_lsp.client.client_ui import ClientUI
from unmask_lsp.client.items import as_sent
from unmask_lsp.client.status_message import LeftOut
from unmask_lsp.context.context_picker import ContextPicker
from unmask_lsp.engine.engine_link import EngineLink
from unmask_lsp.engine.memory_feed import MemoryFeed
from unmask_lsp.privacy.privacy_cache import Verdicts
from unmask_lsp.privacy.secrets import secret_text
from unmask_lsp.privacy.workspace import Workspace, path_of
from unmask_lsp.server.configuration import Configuration
from unmask_lsp.server.snooze import Snooze
from unmask_lsp.server.superseding import Latest
from unmask_lsp.settings import Settings
from unmask_lsp.stats.acceptance import Acceptance
from unmask_lsp.stats.stats_recorder import StatsRecorder
from unmask_lsp.suggest.completion import off
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.suggest.typing_through import Shown
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.text.documents import Document, Documents, Snapshot
from unmask_lsp.text.editor_config import configured_unit
from unmask_lsp.text.notebooks import Notebooks
from unmask_lsp.text.positions import Edit, Encoding, Position

MOST_FOLDERS = 256
"""Folders that may be open."""
_START = Position(line=0, unit=0)
_OF_WORKSPACE = attrgetter(
    "enabled", "model", "server", "memory", "excluded_files", "cross_file_context"
)
"""The settings that decide what is read of the folders, and who is told of it."""

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Session:
    """The state of a server; each part keeps its own rules."""

    client_ui: ClientUI
    """The person's side of the client."""
    link_to: Callable[[Settings], EngineLink]
    """Makes a link to the engine that settings name."""
    engine: EngineLink
    """The link that is used now."""
    is_elsewhere: Callable[[Settings], bool]
    """Whether text goes to another machine under some settings."""
    stats: StatsRecorder
    """Counts of what happens."""
    configuration: Configuration = field(default_factory=Configuration)
    """The client's settings."""
    encoding: Encoding = Encoding.UTF16
    """What a unit of a position is."""
    line_ends: bool = True
    """Whether inserted text has the file's line ends; some editors put their own."""
    documents: Documents = field(default_factory=Documents)
    """The open documents."""
    notebooks: Notebooks = field(default_factory=Notebooks)
    """Which of them are cells of what."""
    latest: Latest = field(default_factory=Latest)
    """The request that runs for each document."""
    shown: Shown = field(default_factory=Shown)
    """What was suggested of late."""
    workspace: Workspace = field(default_factory=Workspace)
    """The folders that are open, and what in them is private."""
    context_picker: ContextPicker = field(default_factory=lambda: ContextPicker(Workspace()))
    """What of them goes with a snapshot."""
    memory_feed: MemoryFeed = field(init=False)
    """What the engine is told of the workspace, to draft from."""
    _verdicts: Verdicts = field(init=False)
    folders: tuple[str, ...] = ()
    """URIs of the folders that are open."""
    focused: str = ""
    """URI of the document that is looked at; empty if the client does not say."""
    last: RequestTrace | None = None
    """What the last request came to."""
    acceptance: Acceptance = field(init=False)
    """What becomes of what was suggested."""
    snooze: Snooze = field(init=False)
    """The pause a person wants."""

    def __post_init__(self) -> None:
        self.snooze = Snooze(self.say_left_out)
        self.acceptance = Acceptance(self.stats, self._text_of, self.as_sent)
        self.client_ui.follow(self.settings.model)
        self.memory_feed = MemoryFeed(self.workspace, self.settings.memory)
        self._verdicts = Verdicts(self.workspace.rule)

    @property
    def settings(self) -> Settings:
        """The settings of the window."""
        return self.configuration.window

    def snapshot(self, uri: str, position: Position) -> Snapshot | None:
        """A document as it is now, a cell amid its notebook; None if it is not open."""
        document = self.documents.get(uri)
        if document is None:
            return None
        return self.notebooks.around(document.snapshot(position, self.encoding), self.documents)

    def as_sent(self, text: str) -> str:
        """A text with the line ends that the client wants to insert."""
        return as_sent(text, line_ends=self.line_ends)

    def screened(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot that knows whether its file is private, for the engine that is set."""
        return replace(snapshot, is_private=bool(self._private_by(snapshot)))

    def _private_by(self, snapshot: Snapshot) -> str:
        """The rule by which nothing is completed, if any. Secrets stay on this machine."""
        rule = self._verdicts.rule(snapshot.uri)
        return rule or (secret_text(snapshot.text) if self.is_elsewhere(self.settings) else "")

    def surrounded(self, snapshot: Snapshot) -> Snapshot:
        """A screened snapshot with what goes with it; ask only where somebody types."""
        screened, settings = self.screened(snapshot), self.configuration.of(snapshot.uri)
        if off(screened, settings):
            return screened
        screened = self._with_memory(screened)
        if not settings.cross_file_context:
            return screened
        chosen = self.context_picker.choose(screened, self.documents)
        return replace(screened, snippets=chosen.snippets)

    def _with_memory(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot that says where this machine's own engine, and no other, may draft from."""
        self.memory_feed.follow(self.engine, self.documents)
        workspace, file = self.memory_feed.place(snapshot.uri) if self.engine.is_own else ("", "")
        return replace(snapshot, workspace=workspace, file=file)

    def note_problems(self, uri: str, said: Iterable[tuple[int, str]]) -> None:
        """Take over what other tools say of a document now: numbers of lines and messages."""
        if document := self.documents.get(uri):
            self.context_picker.note_problems(document, said)

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Take over which folders are open, by their URIs; those opened last count."""
        folders = dict.fromkeys(self.folders)
        for uri in removed:
            folders.pop(uri, None)
        folders.update(dict.fromkeys(added))
        self.folders = tuple(folders)[-MOST_FOLDERS:]
        self.work_in(filter(None, map(path_of, self.folders)))

    def work_in(self, roots: Iterable[Path]) -> None:
        """Take over which folders are open."""
        self.context_picker.close()
        self.workspace = Workspace(roots, self.settings.excluded_files)
        self._verdicts = Verdicts(self.workspace.rule)
        self.context_picker = ContextPicker(self.workspace)
        self.memory_feed.stop()
        self.memory_feed = MemoryFeed(self.workspace, self.settings.memory)

    def selected(self, uri: str, start: Position, end: Position) -> tuple[Snapshot, int] | None:
        """A document with its cursor at the start of a selection, and the offset of its end."""
        document, snapshot = self.documents.get(uri), self.snapshot(uri, start)
        if document is None or snapshot is None:
            return None
        last = snapshot.above + document.offset(end, self.encoding)
        return snapshot, max(snapshot.cursor, last)

    def open(self, uri: str, version: int, language: str, text: str) -> None:
        """Follow a document, and have an engine ready for it."""
        path = path_of(uri)
        unit = configured_unit(path) if path else ""
        left = self.documents.open(
            uri=uri, version=version, language=language, text=text, indent_unit=unit
        )
        self._leave(left)
        if uri == self.focused:
            self.say_left_out()
        self.warm()

    def change(self, uri: str, version: int, edits: Sequence[Edit]) -> None:
        """Apply edits to a document; what is computed for the old text is of no use any more."""
        document = self.documents.get(uri)
        if document and edits and edits[-1].start:
            self.context_picker.note_edit(document, edits[-1].start.line)
        self._leave(self.documents.change(uri, version, edits, self.encoding))
        self.latest.cancel(uri)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self.documents.close(uri)
        self.latest.cancel(uri)
        self.shown.forget(uri)
        self.context_picker.forget(uri)
        self.configuration.forget(uri)

    def _leave(self, uris: Iterable[str]) -> None:
        """Forget documents for which there is no room any more."""
        for uri in uris:
            logger.warning("%s is not followed any more: too much is open", uri)
            self.close(uri)

    def warm(self) -> None:
        """Start the engine if an open document will want it, and read what is open."""
        wanted = [document for document in self.documents if self._wants_engine(document)]
        if not (wanted and self.configuration.is_known.is_set()):
            return
        if self.settings.cross_file_context:
            self.context_picker.indexer.follow("", self.documents)
        self.engine.warm()
        self.memory_feed.follow(self.engine, self.documents)

    def _wants_engine(self, document: Document) -> bool:
        settings = self.configuration.of(document.uri)
        language = language_of(document.language, document.uri).id
        return settings.enabled and language not in settings.disabled_languages

    async def configure(self, values: object) -> None:
        """Take over settings from the client; "off" and another model let the engine go."""
        before = self.settings
        messages = self.configuration.take(values)
        if self.settings != before:
            self.shown = Shown()
        if _OF_WORKSPACE(self.settings) != _OF_WORKSPACE(before):
            self.work_in(self.workspace.roots)
        for message in messages:
            self.client_ui.warn(message)
        self.client_ui.follow(self.settings.model)
        if (before.model, before.server) != (self.settings.model, self.settings.server):
            left, self.engine = self.engine, self.link_to(self.settings)
            await left.close()
        elif not (self.settings.enabled or any(map(self._wants_engine, self.documents))):
            await self.engine.close()
        self._say_unused()
        self.say_left_out()
        self.warm()

    def take_documents(self, values: Mapping[str, object]) -> None:
        """Take over the settings of single documents, by URI."""
        for message in self.configuration.take_documents(values):
            self.client_ui.warn(message)
        self.say_left_out()
        self.warm()

    async def restart_engine(self) -> None:
        """End the engine, for all who share it, and start it again; raises UnmaskError."""
        await self.engine.end()
        self._say_unused()
        if self.settings.enabled:
            self.engine.warm()

    async def download(self) -> None:
        """Fetch the weights of the model, and start the engine: a person has asked for it."""
        is_here = await self.engine.download()
        self._say_unused()
        if is_here and self.settings.enabled:
            self.engine.warm()

    def focus(self, uri: str) -> None:
        """Another document is looked at: have an engine ready, and say if it is left out."""
        self.focused = uri
        self.say_left_out()
        self.warm()

    def take_down(self, trace: RequestTrace) -> None:
        """Remember and count what a request came to."""
        self.last = trace
        self.stats.request(trace)

    def _text_of(self, uri: str) -> str | None:
        document = self.documents.get(uri)
        return document.text() if document else None

    def _say_unused(self) -> None:
        """What the status item says where there is no engine to say it."""
        if not self.engine.is_used:
            self.engine.say_unused()

    def say_left_out(self) -> None:
        """Say whether the document that is looked at is left out, and why."""
        document = self.documents.get(self.focused)
        settings = self.configuration.of(self.focused)
        snapshot = document and self.screened(document.snapshot(_START, self.encoding))
        reason = SilenceReason.OFF if not settings.enabled else None
        if snapshot:
            reason = off(snapshot, settings)
        if not reason and self.snooze.is_on:
            reason = SilenceReason.SNOOZED
        if reason is None:
            self.client_ui.focus(None)
            return
        language = language_of(document.language, document.uri).id if document else ""
        rule = self._private_by(snapshot) if snapshot else ""
        until = self.snooze.until
        self.client_ui.focus(LeftOut(reason=reason, language=language, rule=rule, until=until))
