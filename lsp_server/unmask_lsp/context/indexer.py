"""Keeps the index of files up to date: the documents that are open, and the files they import.

Reading and parsing happen in a thread beside the loop, one round at a time; what changes meanwhile
is seen in the next round. The document that is being typed in is read once and then left alone
until `renew` says that its place is new.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from unmask_lsp.context.index import Index, IndexedFile
from unmask_lsp.context.module_files import imported_files
from unmask_lsp.privacy.workspace import Workspace, path_of
from unmask_lsp.syntax.languages import Language, language_of
from unmask_lsp.text.documents import Document

MOST_NAMES = 1000
"""Files whose names are kept, read or not."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A document of the workspace, to be indexed."""

    uri: str
    path: Path
    name: str
    language: Language
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one round of reading brought."""

    files: tuple[IndexedFile, ...]
    imports: dict[str, tuple[str, ...]]
    stamps: dict[Path, int]


class Indexer:
    """The index, and what is in it of which document."""

    def __init__(self, workspace: Workspace) -> None:
        self.index = Index()
        self.edition = 0
        """Grows whenever another file than the one being typed in has changed."""
        self._workspace = workspace
        self._versions: dict[str, int] = {}
        self._imports: dict[str, tuple[str, ...]] = {}
        self._stamps: dict[Path, int] = {}
        self._paths: dict[str, Path] = {}
        self._round: asyncio.Task[None] | None = None

    def name(self, uri: str) -> str | None:
        """A document's path in the workspace; None if it must not be shown beside others."""
        path = path_of(uri)
        if path is None or not self._workspace.is_open_to_all(path):
            return None
        name = self._workspace.name(path)
        self._paths[name] = path
        return name

    def may_show(self, name: str) -> bool:
        """Whether a file that was read may be shown still."""
        path = self._paths.get(name)
        return path is not None and self._workspace.is_open_to_all(path)

    def imports(self, uri: str) -> tuple[str, ...]:
        """The files a document imports, as far as they were read."""
        return self._imports.get(uri, ())

    def renew(self, uri: str) -> None:
        """Let the next round read a document again."""
        self._versions.pop(uri, None)

    def follow(self, current: str, documents: Iterable[Document]) -> None:
        """Begin a round, if a document has changed and none is under way."""
        if self._round is not None and not self._round.done():
            return
        documents = tuple(documents)
        self._forget_all_but({document.uri for document in documents})
        changed = [one for one in documents if self._is_due(one, current)]
        self._versions.update((document.uri, document.version) for document in changed)
        pages = [page for page in map(self._page, changed) if page]
        if pages:
            self._round = asyncio.create_task(self._read(pages, current))
            self._round.add_done_callback(_say_failure)

    def close(self) -> None:
        """Read nothing any more, and forget what was read."""
        if self._round is not None:
            self._round.cancel()
            self._round = None  # a cancelled task keeps its frame, which keeps this
        self.index.close()

    async def idle(self) -> None:
        """Wait for the round that is under way."""
        if self._round is not None:
            await self._round

    def _forget_all_but(self, uris: set[str]) -> None:
        """What is open may be followed; of the rest only what the index holds is named."""
        for kept in (self._versions, self._imports):
            for uri in kept.keys() - uris:
                del kept[uri]
        if len(self._paths) > MOST_NAMES:
            self._paths = {name: path for name, path in self._paths.items() if name in self.index}

    def _is_due(self, document: Document, current: str) -> bool:
        read = self._versions.get(document.uri)
        return read is None or (document.uri != current and read != document.version)

    def _page(self, document: Document) -> _Page | None:
        text = document.text()
        path = self._workspace.shareable(document.uri, text)
        if path is None:
            return None
        name = self._workspace.name(path)
        self._paths[name] = path
        language = language_of(document.language, document.uri)
        return _Page(uri=document.uri, path=path, name=name, language=language, text=text)

    async def _read(self, pages: list[_Page], current: str) -> None:
        is_new = any(page.uri != current or page.name not in self.index for page in pages)
        kept = {path: at for path, at in self._stamps.items() if self._is_indexed(path)}
        found = await asyncio.to_thread(_read, pages, self._workspace, kept)
        for file in found.files:
            self.index.put(file)
            await asyncio.sleep(0)  # requests come first
        self._imports |= found.imports
        self._stamps = found.stamps
        self._paths |= {self._workspace.name(path): path for path in found.stamps}
        self.edition += is_new

    def _is_indexed(self, path: Path) -> bool:
        return self._workspace.name(path) in self.index


def _read(pages: list[_Page], workspace: Workspace, stamps: dict[Path, int]) -> _Round:
    """Index pages and what they import; files that are as they were are not read again."""
    files = [IndexedFile.of(page.name, page.text, page.language) for page in pages]
    imports: dict[str, tuple[str, ...]] = {}
    stamps, opened = dict(stamps), {page.path for page in pages}
    for page in pages:
        root = workspace.root(page.path.resolve())
        assert root is not None
        path = page.path.resolve()
        paths = imported_files(page.text, page.language, path, root, workspace.read)
        imports[page.uri] = tuple(map(workspace.name, paths))
        for path in paths:
            if path not in opened and stamps.get(path) != (stamp := _stamp(path)):
                stamps[path] = stamp
                files += _indexed(path, workspace)
    return _Round(files=tuple(files), imports=imports, stamps=stamps)


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _say_failure(done: asyncio.Task[None]) -> None:
    if not done.cancelled() and (error := done.exception()):
        logger.error("files for context were not read", exc_info=error)


def _indexed(path: Path, workspace: Workspace) -> list[IndexedFile]:
    text = workspace.read(path)
    if text is None:
        return []
    return [IndexedFile.of(workspace.name(path), text, language_of("", path.name))]
