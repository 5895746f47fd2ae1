"""Tells this machine's own engine what the workspace's files say, so that it can draft from them.

Files that may not be shown to a model are never told, and an engine elsewhere is told nothing.
All of it happens beside the requests, a little at a time. An engine that was killed and started
again is a new one, and is told everything again.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b, sha256
from pathlib import Path
from time import monotonic
from typing import Protocol, runtime_checkable

from unmask_lsp.privacy.source_files import Listing, RepositoryFile, source_files
from unmask_lsp.privacy.workspace import Workspace, path_of
from unmask_lsp.settings import MemoryScope
from unmask_lsp.syntax.languages import source_endings
from unmask_lsp.text.documents import Document, Documents
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.memory import MemoryAccount, MemoryFile, MemoryUpdate

PAUSE_S = 0.3
"""Seconds after a change before it is told: somebody types on."""
RESCAN_S = 60.0
"""Seconds between two looks at the files on disk, while somebody works."""
BATCH = 300_000
"""Characters that are told at once."""

logger = logging.getLogger(__name__)


@runtime_checkable
class Rememberer(Protocol):
    """An engine that remembers workspaces."""

    async def remember(self, update: MemoryUpdate) -> MemoryAccount:
        """Take an update over; raises UnmaskError."""
        ...

    async def hold_memories(self, workspaces: Iterable[str]) -> None:
        """Keep these memories and no others, while the connection lasts; raises UnmaskError."""
        ...


class Link(Protocol):
    """The way to an engine."""

    @property
    def own(self) -> object | None:
        """This machine's own engine, if it is reached."""
        ...

    async def started(self) -> object | None:
        """The same, once a start that is under way is over."""
        ...


class MemoryFeed:
    """What was told of a client's workspace, and what is to be told."""

    def __init__(self, workspace: Workspace, scope: MemoryScope) -> None:
        self._workspace = workspace
        roots = () if scope is MemoryScope.OFF else workspace.roots
        self._keys = {root: _key(root, workspace.excluded) for root in roots}
        self._scans = scope is MemoryScope.REPOSITORY
        self._engine: object | None = None
        self._told: dict[str, int] = {}
        self._listed: dict[Path, tuple[MemoryFile, ...]] = {}
        self._scanned_at = -RESCAN_S
        self._task: asyncio.Task[None] | None = None

    def place(self, uri: str) -> tuple[str, str]:
        """A document's workspace and its name in it; empty where it has none to draft from."""
        path = path.resolve() if (path := path_of(uri)) else None
        root = self._workspace.root(path) if path else None
        if path is None or root not in self._keys:
            return "", ""
        return self._keys[root], path.relative_to(root).as_posix()

    def follow(self, link: Link, documents: Documents) -> None:
        """See what has changed, and tell it soon."""
        if self._task is not None and not self._task.done():
            return
        is_new = link.own is not self._engine
        if is_new or self._wants_scan() or self._changed(documents):
            self._task = asyncio.create_task(self._run(link, documents))
            self._task.add_done_callback(_say_failure)

    def stop(self) -> None:
        """Tell nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None  # a cancelled task keeps its frame, which keeps this

    async def idle(self) -> None:
        """Wait for what is being told."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self, link: Link, documents: Documents) -> None:
        engine = await link.started()
        if not isinstance(engine, Rememberer):
            return
        try:
            if engine is not self._engine:
                await self._greet(engine)
            while changed := self._changed(documents):
                await asyncio.sleep(PAUSE_S)
                await self._tell(engine, changed)
            if self._wants_scan():
                await self._scan(engine, documents)
        except UnmaskError as error:
            self._engine = None  # another try is told everything
            logger.info("the workspace was not told: %s", error)

    async def _greet(self, engine: Rememberer) -> None:
        self._told.clear()
        self._listed.clear()
        self._scanned_at = -RESCAN_S
        await engine.hold_memories(self._keys.values())
        self._engine = engine

    def _wants_scan(self) -> bool:
        return bool(self._keys) and self._scans and monotonic() - self._scanned_at >= RESCAN_S

    def _changed(self, documents: Documents) -> list[Document]:
        if not self._keys:
            return []
        return [one for one in documents if self._told.get(one.uri) != one.version]

    async def _tell(self, engine: Rememberer, changed: Sequence[Document]) -> None:
        """Tell what is being written."""
        for document in changed:
            self._told[document.uri] = document.version
            key, _ = self.place(document.uri)
            if (file := self._written(document)) is not None:
                await engine.remember(MemoryUpdate(workspace=key, files=(file,)))

    def _written(self, document: Document) -> MemoryFile | None:
        """A document as it is now; None if it may not be shown beside others."""
        text = document.text()
        if self._workspace.shareable(document.uri, text) is None:
            return None
        text = text.encode(errors="replace").decode()
        stamp = blake2b(text.encode(), digest_size=8).hexdigest()
        _, name = self.place(document.uri)
        return MemoryFile(name=name, stamp=stamp, text=text, recent=True)

    async def _scan(self, engine: Rememberer, documents: Documents) -> None:
        """Tell what has changed on disk."""
        near = [path.parent for one in documents if (path := path_of(one.uri))]
        for root, key in self._keys.items():
            listing = await asyncio.to_thread(
                source_files, self._workspace, root, source_endings(), near
            )
            await self._offer(engine, key, root, listing, documents)
        self._scanned_at = monotonic()

    async def _offer(
        self,
        engine: Rememberer,
        key: str,
        root: Path,
        listing: Listing,
        documents: Documents,
    ) -> None:
        """Offer the files of a root, and tell those that are wanted."""
        written = {file.name: file for one in documents if (file := self._written(one))}
        there = {file.name: MemoryFile(name=file.name, stamp=file.stamp) for file in listing.files}
        there |= {name: replace(file, text=None) for name, file in written.items()}
        offered = tuple(there.values())
        if self._listed.get(root) == offered:
            return
        update = MemoryUpdate(workspace=key, files=offered, whole=True, left_out=listing.left_out)
        wanted = (await engine.remember(update)).wanted
        found = [file for file in listing.files if file.name in wanted]
        for batch in _batches(found):
            files = await asyncio.to_thread(_read, batch, self._workspace)
            await engine.remember(MemoryUpdate(workspace=key, files=files))
            while changed := self._changed(documents):
                await self._tell(engine, changed)
        self._listed[root] = offered


def _key(root: Path, excluded: Iterable[str]) -> str:
    """The same for all windows that work in a folder and exclude the same files."""
    return sha256("\0".join([str(root), *sorted(excluded)]).encode()).hexdigest()[:32]


def _batches(files: Sequence[RepositoryFile]) -> Iterator[list[RepositoryFile]]:
    batch: list[RepositoryFile] = []
    for file in files:
        if batch and sum(one.size for one in batch) + file.size > BATCH:
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch


def _read(files: Sequence[RepositoryFile], workspace: Workspace) -> tuple[MemoryFile, ...]:
    texts = ((file, workspace.read(file.path)) for file in files)
    return tuple(
        MemoryFile(name=file.name, stamp=file.stamp, text=text)
        for file, text in texts
        if text is not None
    )


def _say_failure(done: asyncio.Task[None]) -> None:
    if not done.cancelled() and (error := done.exception()):
        logger.error("the workspace was not told", exc_info=error)
