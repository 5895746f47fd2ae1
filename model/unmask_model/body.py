"""The bytes of a request, up to a limit."""

from starlette.requests import Request

from unmask_model.errors import RequestInvalid

LARGEST_BODY = 32_000_000
"""Most bytes of a request."""


async def read_body(request: Request) -> bytes:
    """Return the body; raise RequestInvalid, without reading on, where it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RequestInvalid(f"the request is larger than {LARGEST_BODY} bytes; send less text")
    return bytes(body)
