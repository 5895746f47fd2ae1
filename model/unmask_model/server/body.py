"""The bytes of a request, up to a limit."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request

from unmask_model.protocol.errors import RequestInvalid

JSON = "application/json"
LARGEST_BODY = 32_000_000
"""Most bytes of a request."""
BODY_S = 30.0
"""Seconds a body may take to arrive."""


async def read_body(request: Request) -> bytes:
    """Return the body; raise RequestInvalid, without reading on, where it is too large.

    Raises HTTPException where it is not said to be JSON: any other type a web page may send
    without being asked whether it may.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise HTTPException(415, f"send the request as {JSON}")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal():
        _require_small(int(announced))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                _require_small(len(body))
    except TimeoutError as error:
        raise RequestInvalid(f"the request did not arrive within {BODY_S:.0f} s") from error
    return bytes(body)


def _require_small(size: int) -> None:
    if size > LARGEST_BODY:
        raise RequestInvalid(f"the request is larger than {LARGEST_BODY} bytes; send less text")
