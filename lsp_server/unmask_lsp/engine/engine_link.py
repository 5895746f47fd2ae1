"""The server's one connection to an engine: finds or starts it, reconnects after it dies.

Starting takes seconds to minutes and is shared by every request that waits for it, so it runs in
a task of its own that no request's cancellation stops. After a failure the next request tries
again at once, the ones after it later and later. What changes is told to the listener.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from time import monotonic
from typing import Protocol

from unmask_lsp.engine.busy_delay import BusyDelay
from unmask_lsp.engine.listener import EngineListener, Report
from unmask_lsp.engine.pace import PaceMeter
from unmask_lsp.engine.status import State, Status
from unmask_model.protocol.errors import (
    EngineAbsent,
    EngineClosed,
    EngineLetGo,
    UnmaskError,
    WeightsAbsent,
)
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult

LONGEST_PAUSE_S = 60.0


class EngineConnection(Protocol):
    """A connection to a running engine."""

    sends_to: str
    """Host that the text goes to; empty if it stays on this machine."""
    is_own: bool
    """Whether it is this machine's own engine; any other may cost money or keep others waiting."""

    def fill(self, request: InfillRequest) -> AsyncGenerator[BlockSnapshot | InfillResult, None]:
        """Yield snapshots of the block, then the result; closing the generator cancels the work."""
        ...

    async def aclose(self) -> None:
        """Let go of the connection."""
        ...


Connect = Callable[[str, Report], Awaitable[EngineConnection]]
"""Finds or starts the engine of a model; raises UnmaskError."""
End = Callable[[str], Awaitable[None]]
"""Ends the engine of a model for all who share it; raises UnmaskError."""


class Weights(Protocol):
    """Brings the weights of models to this machine."""

    def are_here(self, model: str) -> bool:
        """Whether a model can be opened without a download; raises UnmaskError if there is none."""
        ...

    async def offer(self, model: str) -> bool:
        """Ask the person first, once; say whether the weights are here now."""
        ...

    async def fetch(self, model: str) -> bool:
        """The person has asked for it; say whether the weights are here now."""
        ...


class EngineLink:
    """The engine of one model: it answers, or raises UnmaskError."""

    def __init__(
        self, model: str, connect: Connect, end: End, weights: Weights, listener: EngineListener
    ) -> None:
        self.model = model
        self._connect = connect
        self._end = end
        self._weights = weights
        self._listener = listener
        self._busy = BusyDelay(lambda: self._say(State.BUSY), self._calm)
        self._pace = PaceMeter()
        self._sends_to = ""
        self._client: asyncio.Task[EngineConnection] | None = None
        self._offering: asyncio.Task[None] | None = None
        self._failure: UnmaskError | None = None
        self._failures = 0
        self._retry_at = 0.0
        self._closed = False

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The engine's answer; waits for an engine that is starting.

        One that has ended since it was asked last, for want of use, is started again.
        """
        try:
            return await self._ask(request)
        except EngineAbsent:
            return await self._ask(request)

    async def _ask(self, request: InfillRequest) -> InfillResult:
        connection = self._connected()
        client = await _reached(connection)
        try:
            with self._busy.answering():
                result = await _result_of(client, request)
        except EngineClosed as error:
            if connection is self._client:
                self._failed(error)
                await client.aclose()
            elif not isinstance(error, EngineAbsent):
                raise EngineLetGo(str(error)) from error
            raise
        self._succeeded()
        self._note_pace(request, result)
        return result

    def warm(self) -> None:
        """Find or start the engine before it is needed."""
        if self._client is None and monotonic() >= self._retry_at:
            self._connected()

    @property
    def is_used(self) -> bool:
        """Whether there is an engine, or one is starting, or could not be started."""
        return self._client is not None or self._failure is not None

    def say_unused(self) -> None:
        """Say what would come of a request, while there is no engine that says it."""
        try:
            is_here = self._weights.are_here(self.model)
        except UnmaskError as error:
            self._say(State.PROBLEM, str(error))
            self._listener.warn(str(error))
        else:
            self._say(State.READY if is_here else State.NEEDS_DOWNLOAD)

    @property
    def is_own(self) -> bool:
        """Whether this machine's own engine answers; no other prepares what nobody wants yet."""
        return self.own is not None

    @property
    def own(self) -> EngineConnection | None:
        """This machine's own engine, if it is reached."""
        reached = self._client
        if reached is None or not reached.done() or _failure_of(reached):
            return None
        return reached.result() if reached.result().is_own else None

    async def started(self) -> EngineConnection | None:
        """This machine's own engine, once a start that is under way is over."""
        if self._client is not None:
            await asyncio.wait([self._client])
        return self.own

    async def end(self) -> None:
        """End the engine for all who share it; the next request starts one again."""
        await self.close()
        await self._end(self.model)

    async def download(self) -> bool:
        """Fetch the weights, and say whether they are here now; a person has asked for it."""
        is_here = await self._weights.fetch(self.model)
        if is_here:
            self._succeeded()
        return is_here

    async def close(self) -> None:
        """Let go of the engine; the next request finds or starts one again.

        Requests that wait for it end with EngineLetGo. An offer of weights that a
        person has not answered stays open: pygls fails on an answer that nobody waits for.
        """
        connection, self._client = self._client, None
        self._closed = True
        self._succeeded()
        if connection is None:
            return
        connection.cancel()
        await asyncio.wait([connection])
        if not _failure_of(connection):
            await connection.result().aclose()

    def _connected(self) -> "asyncio.Task[EngineConnection]":
        if self._client is None or (self._client.done() and _failure_of(self._client)):
            if self._failure and monotonic() < self._retry_at:
                raise self._failure.with_traceback(None)
            self._closed = False
            self._client = asyncio.create_task(self._start())
            self._client.add_done_callback(_failure_of)
        return self._client

    async def _start(self) -> EngineConnection:
        async with self._listener.progress(self.model, f"Unmask: {self.model}") as report:
            return await self._reach(report)

    async def _reach(self, report: Report) -> EngineConnection:
        try:
            client = await self._connect(self.model, report)
        except UnmaskError as error:
            self._failed(error)
            if isinstance(error, WeightsAbsent) and self._offering is None:
                self._offering = asyncio.create_task(self._offer_weights())
            raise
        self._sends_to = client.sends_to
        if self._sends_to:
            self._listener.warn(f"Unmask: {self._mark}")
        self._say(State.READY)
        return client

    def _failed(self, error: UnmaskError) -> None:
        """The first retry is free, so that a killed engine costs one suggestion."""
        self._client, self._failure = None, error
        self._retry_at = monotonic() + min(2.0**self._failures - 1, LONGEST_PAUSE_S)
        self._failures += 1
        if isinstance(error, WeightsAbsent):
            self._say(State.NEEDS_DOWNLOAD)
        else:
            self._say(State.PROBLEM, str(error))

    def _succeeded(self) -> None:
        self._failure, self._failures, self._retry_at = None, 0, 0.0

    async def _offer_weights(self) -> None:
        if await self._weights.offer(self.model) and not self._closed:
            self._succeeded()
            self._say(State.READY)
            self.warm()

    def _note_pace(self, request: InfillRequest, result: InfillResult) -> None:
        before = self._pace.state
        self._pace.note(request, result)
        if self._pace.state is not before:
            self._calm()

    def _calm(self) -> None:
        if self._client is not None:  # else it has been said what happened to it
            self._say(self._pace.state)

    def _say(self, state: State, message: str = "") -> None:
        pace = self._pace.pace if state is self._pace.state else None
        message = message or self._mark
        self._listener.status(Status(state=state, model=self.model, message=message, pace=pace))

    @property
    def _mark(self) -> str:
        """What a person always sees while text leaves the machine."""
        return f"text around the cursor is sent to {self._sends_to}" if self._sends_to else ""


async def _reached(connection: "asyncio.Task[EngineConnection]") -> EngineConnection:
    """The client of a connection that others wait for too; EngineLetGo if it is given up."""
    await asyncio.wait([connection])  # leaves it alone if the waiting task is cancelled
    if connection.cancelled():
        raise EngineLetGo("the engine was let go while it started; ask again")
    return connection.result()


async def _result_of(client: EngineConnection, request: InfillRequest) -> InfillResult:
    result: InfillResult | None = None
    async with aclosing(client.fill(request)) as answers:
        async for answer in answers:
            result = answer if isinstance(answer, InfillResult) else None
    if result is None:
        raise EngineClosed("the engine went away in the middle of an answer; it is started again")
    return result


def _failure_of(task: "asyncio.Task[EngineConnection]") -> BaseException | None:
    """Why a finished task has no client; looked at, so that asyncio does not complain."""
    return asyncio.CancelledError() if task.cancelled() else task.exception()
