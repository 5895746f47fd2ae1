"""Who answers `unmask fill`: a server elsewhere, an engine that runs, or the model in this process.

Found at the first request and kept for the next ones: a block may go back to be repaired.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from unmask_lsp.cli.progress_bar import Show, progress_bar
from unmask_model.protocol.errors import EngineClosed
from unmask_model.protocol.request import InfillRequest, InfillResult

if TYPE_CHECKING:
    from unmask_model.client.engine_client import EngineClient
    from unmask_model.client.remote.remote_client import RemoteClient
    from unmask_model.engine.engine import Engine


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

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The answer; raises UnmaskError."""
        if self._engine is None:
            self._engine = self._opened()
            if request.budget_ms:
                self._engine.warm_up()
        self._show(None)
        for event in self._engine.fill(request):
            if isinstance(event, InfillResult):
                return event
            self._show(event)
        raise EngineClosed("the model ended without an answer")

    def _opened(self) -> "Engine":
        from unmask_model.engine.engine import Engine, EngineOptions
        from unmask_model.families.opening import open_model

        for line in _announcement(self._model):
            Console(stderr=True, highlight=False, soft_wrap=True).print(line)
        with progress_bar() as progress:
            opened = open_model(
                self._model, download=True, mirrors=self._mirrors, progress=progress
            )
        options = EngineOptions(sampler=opened.sampler)
        return Engine(opened.denoiser, model=opened.name, options=options)


def _announcement(model: str) -> Iterator[str]:
    """What a person should know before weights are fetched."""
    from unmask_model.weights.catalogue import MODELS
    from unmask_model.weights.sources.cache import Cache

    base = MODELS[model].base if model in MODELS else None
    if base is not None and not base.is_here(Cache.of_user()):
        yield f"{model} needs {base.name}: {base.in_words}; fetching it once"
