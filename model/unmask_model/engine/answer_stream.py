"""The events of a request as an asynchronous generator, behind the worker's thread."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from unmask_model.engine.worker import Worker
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.event import Event
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult


async def listen(
    worker: Worker, asked: InfillRequest, received: float
) -> AsyncGenerator[BlockSnapshot | InfillResult, None]:
    """Yield snapshots of the block and, last, the result; raise the error that is told instead.

    Closing the generator, or cancelling the task that waits for it, takes the request back.
    """
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Event] = asyncio.Queue()

    def tell(event: Event) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(events.put_nowait, event)

    ticket = worker.submit(asked, tell, received)
    try:
        while isinstance(event := await events.get(), BlockSnapshot):
            yield event
        if isinstance(event, UnmaskError):
            raise event
        yield event
    finally:
        worker.cancel(ticket)
