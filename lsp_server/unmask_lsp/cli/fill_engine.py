"""Who answers `unmask fill`: a server elsewhere, an engine that runs, or the model in this process.

Found at the first request and kept for the next ones: a block may go back to be repaired. This
machine's engine is told of the repository that the command is called in, to draft from it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from unmask_lsp.cli.progress_bar import Show, progress_bar
from unmask_lsp.engine.memory_feed import MemoryFeed, Rememberer
from unmask_lsp.privacy.ignore_files import repository
from unmask_lsp.privacy.workspace import Workspace
from unmask_lsp.settings import MemoryScope
from unmask_lsp.text.documents import Documents, Snapshot
from unmask_model.protocol.errors import EngineClosed
from unmask_model.protocol.request import InfillRequest, InfillResult

if TYPE_CHECKING:
    from unmask_model.client.engine_client import EngineClient
    from unmask_model.client.remote.remote_client import RemoteClient
    from unmask_model.engine.engine import Engine
    from unmask_model.engine.memories import Memories
    from unmask_model.protocol.memory import MemoryAccount, MemoryUpdate

PATIENCE_S = 2.0
"""Seconds that telling of a repository may take; the nearest files are told first."""


@asynccontextmanager
async def fill_engine(
    model: str, server: str, show: Show, *, mirrors: bool
) -> AsyncIterator["RunningEngine | OwnEngine"]:
    """Give the engine that answers for a model; an empty `server` is this machine.

    Where an engine on this machine goes away, the model is opened in this process. Raises
    UnmaskError.
    """
    from unmask_model.client.connect import connect
    from unmask_model.client.engine_process import find_engine
    from unmask_model.client.remote.remote_models import remote_model

    own = OwnEngine(model, show, mirrors=mirrors)
    is_elsewhere = bool(server or remote_model(model))
    client: EngineClient | RemoteClient | None
    if is_elsewhere:
        client = await connect(server, model, lambda words, share: None)
    else:
        client = await find_engine(model)
    if client is None:
        yield own
        return
    try:
        yield RunningEngine(client, show, None if is_elsewhere else own)
    finally:
        await client.aclose()


class RunningEngine:
    """An engine in another process, and who answers once it has gone away."""

    def __init__(
        self, client: "EngineClient | RemoteClient", show: Show, instead: "OwnEngine | None"
    ) -> None:
        self._client = client
        self._show = show
        self._instead = instead

    async def memory(self) -> Rememberer | None:
        """What remembers workspaces: this machine's own engine, and no other."""
        client = self._client
        return client if client.is_own and isinstance(client, Rememberer) else None

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The answer; raises UnmaskError."""
        try:
            return await self._answer(request)
        except EngineClosed:
            if self._instead is None:
                raise
            return await self._instead.fill(request)

    async def _answer(self, request: InfillRequest) -> InfillResult:
        self._show(None)
        async with aclosing(self._client.fill(request)) as events:
            async for event in events:
                if isinstance(event, InfillResult):
                    return event
                self._show(event)
        raise EngineClosed("the engine went away in the middle of an answer; ask again")


class OwnEngine:
    """The model in this process; its weights are fetched at the first request."""

    def __init__(self, model: str, show: Show, *, mirrors: bool) -> None:
        self._model = model
        self._show = show
        self._mirrors = mirrors
        self._engine: Engine | None = None
        self._memories: Memories | None = None
        self._is_warm = False

    async def memory(self) -> Rememberer | None:
        """What remembers workspaces; opens the model."""
        self._ready()
        return self

    async def remember(self, update: "MemoryUpdate") -> "MemoryAccount":
        """Take an update over."""
        assert self._memories is not None
        return await self._memories.take(update)

    async def hold_memories(self, workspaces: Iterable[str]) -> None:
        """Nothing is forgotten before the command ends."""

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The answer; raises UnmaskError."""
        engine = self._ready()
        if request.budget_ms and not self._is_warm:
            engine.warm_up()
            self._is_warm = True
        self._show(None)
        for event in engine.fill(request):
            if isinstance(event, InfillResult):
                return event
            self._show(event)
        raise EngineClosed("the model ended without an answer")

    def _ready(self) -> "Engine":
        from unmask_model.engine.memories import Memories

        if self._engine is None:
            self._memories = Memories()
            self._engine = self._opened(self._memories)
            self._memories.open(self._engine.encode)
        return self._engine

    def _opened(self, memories: "Memories") -> "Engine":
        from unmask_model.engine.engine import Engine, EngineOptions
        from unmask_model.families.open_model import open_model

        for line in _announcement(self._model):
            Console(stderr=True, highlight=False, soft_wrap=True).print(line)
        with progress_bar() as progress:
            opened = open_model(
                self._model, download=True, mirrors=self._mirrors, progress=progress
            )
        options = EngineOptions(sampler=opened.sampler)
        return Engine(opened.denoiser, model=opened.name, options=options, memories=memories)


@dataclass(frozen=True, slots=True)
class _Reached:
    """An engine that is there."""

    own: Rememberer

    async def started(self) -> Rememberer:
        """Return it."""
        return self.own


async def remembered(snapshot: Snapshot, engine: Rememberer | None) -> Snapshot:
    """The snapshot with its place in the working folder, once an engine was told of that."""
    here = Path.cwd()
    feed = MemoryFeed(Workspace([here]), MemoryScope.REPOSITORY)
    workspace, file = feed.place(snapshot.uri)
    if engine is None or not workspace or repository(here) is None:
        return snapshot
    feed.follow(_Reached(engine), Documents())
    with suppress(TimeoutError):
        await asyncio.wait_for(feed.idle(), PATIENCE_S)
    feed.stop()
    return replace(snapshot, workspace=workspace, file=file)


def _announcement(model: str) -> Iterator[str]:
    """What a person should know before weights are fetched."""
    from unmask_model.weights.catalogue import MODELS
    from unmask_model.weights.sources.cache import Cache

    base = MODELS[model].base if model in MODELS else None
    if base is not None and not base.is_here(Cache.of_user()):
        yield f"{model} needs {base.name}: {base.in_words}; fetching it once"
