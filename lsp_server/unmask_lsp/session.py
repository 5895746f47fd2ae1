"""What one client's server holds between messages."""

from collections.abc import Callable
from dataclasses import dataclass, field

from unmask_lsp.documents import Documents, Snapshot
from unmask_lsp.editor import Editor
from unmask_lsp.engine_link import EngineLink
from unmask_lsp.languages import language_of
from unmask_lsp.latest import Latest
from unmask_lsp.positions import Encoding, Position
from unmask_lsp.settings import Settings, read


@dataclass(slots=True, kw_only=True)
class Session:
    """The state of a server; each part keeps its own rules."""

    editor: Editor
    """The person's side of the client."""
    link_to: Callable[[str], EngineLink]
    """Makes a link to the engine of a model."""
    engine: EngineLink
    """The link that is used now."""
    settings: Settings = field(default_factory=Settings)
    """The settings that hold now."""
    encoding: Encoding = Encoding.UTF16
    """What a unit of a position is."""
    documents: Documents = field(default_factory=Documents)
    """The open documents."""
    latest: Latest = field(default_factory=Latest)
    """The request that runs for each document."""

    def snapshot(self, uri: str, position: Position) -> Snapshot | None:
        """A document as it is now; None if it is not open."""
        document = self.documents.get(uri)
        return document.snapshot(position, self.encoding) if document else None

    def warm(self, language: str, uri: str) -> None:
        """Start the engine if a document of this language will want it."""
        off = language_of(language, uri).id in self.settings.languages_off
        if self.settings.enabled and not off:
            self.engine.warm()

    async def configure(self, values: object) -> None:
        """Take over settings from the client; "off" and another model let the engine go."""
        self.settings, messages = read(values)
        for message in messages:
            self.editor.warn(message)
        if self.settings.model != self.engine.model:
            left, self.engine = self.engine, self.link_to(self.settings.model)
            await left.close()
        elif not self.settings.enabled:
            await self.engine.close()
