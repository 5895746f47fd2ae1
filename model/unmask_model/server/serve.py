"""An engine process: a listener, a worker behind it, and an end when there is no use for it."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

import uvicorn

from unmask_model.engine.memories import Memories
from unmask_model.engine.metrics import Metrics
from unmask_model.engine.worker import Worker
from unmask_model.server.head_timeout import HeadTimeoutProtocol
from unmask_model.server.memory_route import memory_routes
from unmask_model.server.rate_limit import RateLimits
from unmask_model.server.server import build
from unmask_model.transformer.execution import DEFAULT, Execution
from unmask_model.transport.listener import Listener
from unmask_model.weights.sources.progress import Progress

if TYPE_CHECKING:
    from unmask_model.engine.engine import Engine

LOOK_S = 0.1
"""Seconds between two looks at whether the process is still wanted."""
LINGER_S = 5.0
"""Seconds an engine stays after the last editor let go of it: one that starts anew is soon back."""
OPEN_FILES = 8192
"""Open files a server makes room for."""
GRACE_S = 2
"""Seconds that answers under way have when the process is ended."""

_log = logging.getLogger(__name__)


def serve(  # noqa: PLR0913 -- what the command line has, and no more
    model: str,
    listener: Listener,
    idle_s: float = 0.0,
    limits: RateLimits | None = None,
    execution: Execution = DEFAULT,
    on_open: Callable[[], None] = lambda: None,
) -> None:
    """Serve a model until the process is told to end, or it was idle for `idle_s` seconds.

    `on_open` is called once clients can reach it.

    It also ends when the last editor that held it is off or gone, for then its memory is of no use
    to anybody. `idle_s` 0 means never to end by itself. Raises what opening the listener or
    loading the model raises.
    """
    metrics, memories = Metrics(), Memories()
    worker = Worker(
        lambda progress: load(model, progress, metrics, execution, memories), metrics, memories
    )
    app = build(worker, model, listener.token, limits, checks_host=listener.checks_host)
    if listener.is_private:
        app.routes.extend(memory_routes(memories))
    config = uvicorn.Config(
        app,
        http=HeadTimeoutProtocol,
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    _allow_many_connections()
    with _opened(listener) as listening, _ending_gently():
        on_open()
        asyncio.run(_run(_Server(config, worker), listening, worker, idle_s))
    if worker.failure is not None:
        raise worker.failure


def load(
    model: str,
    progress: Progress,
    metrics: Metrics,
    execution: Execution = DEFAULT,
    memories: Memories | None = None,
) -> "Engine":
    """Open a model and make it ready to be asked."""
    from unmask_model.engine.engine import Engine, EngineOptions
    from unmask_model.families.open_model import open_model

    opened = open_model(model, execution=execution, progress=progress)
    options = EngineOptions(sampler=opened.sampler)
    engine = Engine(
        opened.denoiser, model=opened.name, options=options, metrics=metrics, memories=memories
    )
    engine.warm_up()
    return engine


def _allow_many_connections() -> None:
    """Each takes an open file, and many systems start a process with room for a few hundred."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def _opened(listener: Listener) -> Iterator[socket.socket]:
    listening = listener.open()
    try:
        yield listening
    finally:
        listening.close()
        listener.close()


@contextmanager
def _ending_gently() -> Iterator[None]:
    """Uvicorn ends on SIGTERM, puts the old handler back, and sends itself the signal again."""
    handler = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


class _Server(uvicorn.Server):
    """Dismisses those who hold the engine first: they would delay its end."""

    def __init__(self, config: uvicorn.Config, worker: Worker) -> None:
        super().__init__(config)
        self._worker = worker

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._worker.leases.dismiss()
        self._worker.memories.dismiss()
        await super().shutdown(sockets)


async def _run(
    server: uvicorn.Server, listening: socket.socket, worker: Worker, idle_s: float
) -> None:
    watching = asyncio.create_task(_watch(server, worker, idle_s))
    await server.serve(sockets=[listening])
    watching.cancel()


async def _watch(server: uvicorn.Server, worker: Worker, idle_s: float) -> None:
    """Ask the server to end when there is no use for it any more."""
    while worker.failure is None:
        await asyncio.sleep(LOOK_S)
        worker.memories.forget_abandoned()
        idle, abandoned = perf_counter() - worker.last_used, worker.leases.abandoned_s
        is_unwanted = idle > idle_s or min(idle, abandoned) > LINGER_S
        if idle_s and not worker.busy and is_unwanted:
            _log.info("ends after %.0f s without a request", idle)
            break
    server.should_exit = True
