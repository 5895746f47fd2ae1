"""What the model is shown besides the code at the cursor, and when that changes.

Snippets stand before everything else the model reads, so another snippet means reading all anew.
They are chosen when a place is new: in another document, many lines away, or when another file has
changed; and when the cursor comes from another line and what other tools say has changed. While the
cursor stays in one place they stay as they are, even if better ones could be found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import PurePosixPath

from unmask_lsp.context.context_budget import Source, Taken, gather
from unmask_lsp.context.context_query import ContextQuery
from unmask_lsp.context.indexer import Indexer
from unmask_lsp.context.problems import Problem, problems_of
from unmask_lsp.context.recent_edits import RecentEdits
from unmask_lsp.context.sources import diagnostics, scopes, signatures, similar
from unmask_lsp.privacy.secrets import secret_text
from unmask_lsp.privacy.workspace import Workspace
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.text.documents import Document, Snapshot
from unmask_lsp.text.uris import split
from unmask_model.protocol.request import Snippet

STRETCH = 24
"""Lines up or down within which snippets stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen for a stretch of a document."""

    taken: tuple[Taken, ...] = ()
    """What each source gave, the most useful source first."""
    line: int = 0
    """Where in the document it was."""
    edition: int = 0
    """Edition of the index it was taken from."""
    problems: tuple[Problem, ...] = ()
    """What other tools said of the document."""

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        """All snippets, most useful last."""
        return tuple(chain.from_iterable(taken.snippets for taken in self.taken))[::-1]


class ContextPicker:
    """The text from elsewhere, for the documents of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.indexer = Indexer(workspace)
        self._edits = RecentEdits()
        self._chosen: dict[str, Chosen] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._lines: dict[str, int] = {}
        index = self.indexer.index
        own_scopes = Source(name="enclosing scopes", find=scopes, characters=240, ms=2)
        own_problems = Source(name="diagnostics", find=diagnostics, characters=320, ms=2)
        self._own = own_scopes, own_problems
        self._sources: tuple[Source, ...] = (
            own_scopes,
            Source(name="signatures", find=partial(signatures, index=index), characters=480, ms=4),
            own_problems,
            Source(name="recent edits", find=self._edited, characters=360, ms=2),
            Source(name="similar code", find=partial(similar, index=index), characters=640, ms=4),
        )

    def note_edit(self, document: Document, line: int) -> None:
        """Say which line of a document is about to be edited."""
        self._edits.note(document, line)

    def note_problems(self, document: Document, said: Iterable[tuple[int, str]]) -> None:
        """Say what other tools find in a document: numbers of lines, from 0, and messages."""
        self._problems[document.uri] = problems_of(document, said)

    def close(self) -> None:
        """Give back what was read: other folders are open, or other files private."""
        self.indexer.close()
        self._sources = self._own  # a source that asks this object keeps it

    def forget(self, uri: str) -> None:
        """Forget what was chosen for a document; its text stays of use to others."""
        self._chosen.pop(uri, None)
        self._problems.pop(uri, None)
        self._lines.pop(uri, None)

    def taken(self, uri: str) -> tuple[Taken, ...]:
        """What each source gave for the place in a document where snippets were chosen last."""
        return self._chosen.get(uri, Chosen()).taken

    def choose(self, snapshot: Snapshot, documents: Iterable[Document]) -> Chosen:
        """What goes with a snapshot: the same as before, or something new for a new place."""
        kept = self._chosen.get(snapshot.uri)
        is_near = kept is not None and abs(kept.line - snapshot.line) <= STRETCH
        if kept is not None and not is_near:
            self.indexer.renew(snapshot.uri)
        self.indexer.follow(snapshot.uri, documents)
        is_told = self._is_told(snapshot, kept)
        if kept is None or not (is_near and is_told) or kept.edition != self.indexer.edition:
            kept = self._chosen[snapshot.uri] = self._choose(snapshot)
        return kept

    def _is_told(self, snapshot: Snapshot, kept: Chosen | None) -> bool:
        """Whether problems are as they were, or it is no time for news: somebody types here."""
        last = self._lines.get(snapshot.uri, snapshot.line)
        self._lines[snapshot.uri] = snapshot.line
        is_news = kept is None or kept.problems != self._problems.get(snapshot.uri, ())
        return not is_news or abs(snapshot.line - last) <= 1

    def _choose(self, snapshot: Snapshot) -> Chosen:
        """What is chosen anew; outside the workspace, only what the document itself gives."""
        problems = self._problems.get(snapshot.uri, ())
        file = self.indexer.name(snapshot.uri)
        query = ContextQuery(
            file=file or PurePosixPath(split(snapshot.uri).path).name,
            imports=self.indexer.imports(snapshot.uri),
            language=language_of(snapshot.language, snapshot.uri),
            left=snapshot.text[: snapshot.cursor],
            right=snapshot.text[snapshot.cursor :],
            problems=problems,
        )
        if file:
            taken = gather(self._sources, query, self.indexer.may_show)
        else:
            taken = gather(self._own, query, lambda own: True)
        return Chosen(
            taken=taken, line=snapshot.line, edition=self.indexer.edition, problems=problems
        )

    def _edited(self, query: ContextQuery) -> Iterator[Snippet]:
        """The regions that were edited of late, but for what is near."""
        for uri, text in self._edits.regions():
            file = self.indexer.name(uri)
            if file and text.strip() and not secret_text(text) and text not in query.around:
                yield Snippet(origin=file, text=text)
