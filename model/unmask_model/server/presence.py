"""Whether the client of a request is still there to be answered."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

NOBODY_LISTENS = 499
"""Status of an answer that nobody reads (nginx's)."""

T = TypeVar("T")


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what `work` returns; None, and an end to the work, if the client goes away first."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
