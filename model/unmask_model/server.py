"""The engine over HTTP: `POST /v1/infill` streams an answer, `GET /health` says how it is.

Translates between HTTP and the worker's thread. Whoever goes away in the middle of an answer takes
the request back. Texts of requests are never logged.
"""

import asyncio
import hmac
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from time import perf_counter

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from unmask_model.errors import EngineBusy, RequestInvalid, UnmaskError
from unmask_model.event import Event
from unmask_model.health import Health
from unmask_model.request import Draft, InfillRequest
from unmask_model.wire import decode_request, encode_event, encode_health
from unmask_model.worker import Worker

LARGEST_BODY = 32_000_000
"""Most bytes of a request."""
STATUS = {RequestInvalid: 400, EngineBusy: 503}
"""HTTP status of an error; 500 for every other."""


def build(worker: Worker, model: str, token: str = "") -> Starlette:
    """Return the application; with a token it answers only those who know it."""
    server = _Server(worker, model)
    routes = [
        Route("/health", _guarded(server.health, token)),
        Route("/v1/infill", _guarded(server.infill, token), methods=["POST"]),
        Route("/v1/unload", _guarded(server.unload, token), methods=["POST"]),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        worker.start()
        yield
        await asyncio.to_thread(worker.close)

    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={UnmaskError: _refusal})


class _Server:
    def __init__(self, worker: Worker, model: str) -> None:
        self._worker = worker
        self._model = model

    async def health(self, _: Request) -> Response:
        health = Health(
            version=version("unmask"),
            model=self._model,
            state=self._worker.state,
            stage=self._worker.stage,
            progress=self._worker.progress,
            pid=os.getpid(),
        )
        return Response(encode_health(health), media_type="application/json")

    async def infill(self, request: Request) -> Response:
        received = perf_counter()
        asked = decode_request(await _body(request))
        events = self._events(asked, received)
        return StreamingResponse(events, media_type="application/x-ndjson")

    async def unload(self, _: Request) -> Response:
        self._worker.unload()
        return Response(status_code=202)

    async def _events(self, asked: InfillRequest, received: float) -> AsyncIterator[bytes]:
        """The answer, line by line; leaving takes the request back."""
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[Event] = asyncio.Queue()

        def tell(event: Event) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        ticket = self._worker.submit(asked, tell, received)
        try:
            while isinstance(event := await events.get(), Draft):
                yield encode_event(event)
            yield encode_event(event)
        finally:
            self._worker.cancel(ticket)


Endpoint = Callable[[Request], Awaitable[Response]]


def _guarded(endpoint: Endpoint, token: str) -> Endpoint:
    expected = f"Bearer {token}".encode()

    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if token and not hmac.compare_digest(given, expected):
            raise HTTPException(401, headers={"www-authenticate": "Bearer"})
        return await endpoint(request)

    return guarded


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RequestInvalid(f"the request is larger than {LARGEST_BODY} bytes; send less text")
    return bytes(body)


async def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, UnmaskError)
    status = STATUS.get(type(error), 500)
    return Response(encode_event(error), status, media_type="application/x-ndjson")
