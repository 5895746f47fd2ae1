"""The one thread in which an engine lives, for callers that must not wait for it.

Everything that touches the engine is a message to this thread. It loads the model when it starts,
works while there is work, and sleeps otherwise. Knows no network.
"""

import gc
import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING

from unmask_model.engine.leases import Leases
from unmask_model.engine.memories import Memories
from unmask_model.engine.metrics import Metrics
from unmask_model.protocol.errors import EngineClosed, UnmaskError
from unmask_model.protocol.event import Event
from unmask_model.protocol.health import State
from unmask_model.protocol.request import BlockSnapshot, InfillRequest
from unmask_model.weights.free_memory import give_back
from unmask_model.weights.sources.progress import Progress

if TYPE_CHECKING:
    from unmask_model.engine.engine import Engine
    from unmask_model.engine.job import Job

REST_S = 5.0
"""Seconds without a message after which free memory goes back to the system."""
CLOSE_S = 5.0
"""Seconds the thread has to end."""

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Ticket:
    """A request that was handed to the thread."""

    request: InfillRequest
    tell: Callable[[Event], None]
    received: float
    metrics: Metrics
    job: "Job | None" = None
    cancelled: bool = False
    ended: bool = False

    def hear(self, event: Event) -> None:
        """Pass an event on to the client of the request."""
        self.ended = not isinstance(event, BlockSnapshot)
        if self.ended:
            self.job = None  # it would keep the model in memory
        self.metrics.told(event)
        self.tell(event)


class Worker:
    """Hosts an engine that `load` makes."""

    def __init__(
        self,
        load: "Callable[[Progress], Engine]",
        metrics: Metrics | None = None,
        memories: Memories | None = None,
    ) -> None:
        self.state = State.LOADING
        self.stage = ""
        self.progress: float | None = None
        self.failure: UnmaskError | None = None
        """Why there will never be an engine."""
        self.last_used = perf_counter()
        self.leases = Leases()
        self.metrics = metrics or Metrics()
        """What was answered, and how quickly."""
        self.memories = memories or Memories()
        """What is known of the workspaces of clients."""
        self._load = load
        self._engine: Engine | None = None
        self._messages: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._taken: Ticket | None = None
        self._closing = False
        self._unwanted = False
        self._thread = threading.Thread(target=self._live, name="unmask engine", daemon=True)

    def start(self) -> None:
        """Begin to load the model."""
        self.metrics.watch(in_work=self._in_work, waiting=self._messages.qsize)
        self.memories.yield_to(lambda: self.busy)
        self._messages.put(self._open_first)
        self._thread.start()

    def submit(
        self, request: InfillRequest, tell: Callable[[Event], None], received: float
    ) -> Ticket:
        """Hand in a request; `tell` is called, in the thread, with all its events."""
        ticket = Ticket(request, tell, received, self.metrics)
        self._messages.put(lambda: self._take(ticket))
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Take a request back: nothing more is told, and no further step is made for it."""
        ticket.cancelled = True
        self._messages.put(lambda: self._drop(ticket))

    def unload(self) -> None:
        """Give the model's memory back once nothing is in work; the next request loads it anew."""
        self._messages.put(self._want_no_more)

    def close(self) -> None:
        """End every request with EngineClosed, and the thread; a load that hangs is left behind."""
        self._closing = True
        self.memories.close()
        self._messages.put(None)
        self._thread.join(CLOSE_S)

    @property
    def busy(self) -> bool:
        """Whether a request is in work."""
        return self._engine is not None and self._engine.busy

    def _in_work(self) -> int:
        return 0 if self._engine is None else self._engine.requests

    def _live(self) -> None:
        working = False
        while (message := self._next(working)) is not None:
            try:
                message()
                working = self._step()
                if self._unwanted and not self.busy:
                    self._unload()
            except Exception as error:  # the engine must outlive whatever one request does to it
                _log.exception("the engine failed")
                self._fail(EngineClosed(f"the engine failed: {type(error).__name__}: {error}"))
                working = self.busy or self._unwanted
        if self._engine is not None:
            self._engine.close(_closing())
        self._engine = None

    def _step(self) -> bool:
        """Let the engine work, once all that was asked or taken back meanwhile is known to it."""
        if not self._messages.empty():
            return True
        return self._engine is not None and self._engine.step()

    def _next(self, working: bool) -> Callable[[], None] | None:
        try:
            return self._messages.get(block=not working, timeout=REST_S)
        except Empty:
            return _nothing if working else self._rest()

    def _rest(self) -> Callable[[], None] | None:
        """Nobody asks: let others have the memory that passes took, and sleep."""
        give_back()
        return self._messages.get()

    def _open_first(self) -> None:
        try:
            self._open()
        except UnmaskError as error:
            if not self._closing:
                self.failure = error

    def _open(self) -> None:
        self.state = State.LOADING
        self._engine = self._load(self._report)
        give_back()  # what loading took for a moment
        self.memories.open(self._engine.encode)
        self.state = State.READY
        self.last_used = perf_counter()

    def _report(self, stage: str, done: int, total: int) -> None:
        self.stage, self.progress = stage, done / total if total else None
        if self._closing:
            raise _closing()

    def _take(self, ticket: Ticket) -> None:
        if ticket.cancelled:
            return
        self.last_used = perf_counter()
        self._taken = ticket
        try:
            engine = self._engine_for_work()
            job = engine.submit(ticket.request, ticket.hear, ticket.received)
            ticket.job = None if ticket.ended else job
        except UnmaskError as error:
            if self._engine is None:
                self.state = State.UNLOADED  # the next request tries again
            ticket.hear(error)
        self._taken = None

    def _engine_for_work(self) -> "Engine":
        if self._closing:
            raise _closing()
        if self._engine is None:
            self._open()
        assert self._engine is not None
        return self._engine

    def _drop(self, ticket: Ticket) -> None:
        if self._engine is not None and ticket.job is not None:
            self._engine.cancel(ticket.job)
        ticket.job = None

    def _want_no_more(self) -> None:
        self._unwanted = True

    def _unload(self) -> None:
        self._unwanted, self._engine, self.state = False, None, State.UNLOADED
        self.memories.shut()
        _give_memory_back()

    def _fail(self, error: EngineClosed) -> None:
        """End what cannot go on: the request that was being worked for, or was about to be."""
        taken, self._taken = self._taken, None
        if self._engine is None:
            self.failure = error
        else:
            self._engine.recover(error)
        if taken is not None and not taken.ended:
            taken.hear(error)


def _closing() -> EngineClosed:
    return EngineClosed("the engine is closing; ask again for a new one")


def _give_memory_back() -> None:
    """Let other processes have what is used no more: an engine has cycles, and torch hoards."""
    gc.collect()
    give_back()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _nothing() -> None:
    """Stand in for a message where there is none."""
