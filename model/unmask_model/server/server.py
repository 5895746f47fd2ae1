"""The engine over HTTP: `POST /v1/infill` streams an answer, `GET /health` says how it is,
`GET /v1/hold` keeps it alive.

Translates between HTTP and the worker's thread; `dialects/` translates what other clients speak. A
client that goes away in the middle of an answer cancels its request. Texts of requests are never
logged.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from importlib.metadata import version
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from unmask_model.engine.answer_stream import listen
from unmask_model.engine.worker import Worker
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.health import Health
from unmask_model.protocol.request import BlockSnapshot, InfillResult
from unmask_model.protocol.wire import decode_request, encode_event, encode_health
from unmask_model.server.access_log import AccessLog
from unmask_model.server.bearer_auth import BearerAuth
from unmask_model.server.body import read_body
from unmask_model.server.dialects.refusal import status_of, turn_away
from unmask_model.server.dialects.routes import endpoints, models
from unmask_model.server.openapi import openapi_page
from unmask_model.server.origin_guard import OriginGuard
from unmask_model.server.presence import NOBODY_LISTENS, while_there
from unmask_model.server.rate_limit import HOLD, RateLimit, RateLimits


def build(
    worker: Worker,
    model: str,
    token: str = "",
    limits: RateLimits | None = None,
    *,
    checks_host: bool = False,
) -> Starlette:
    """Return the application; with a token it answers only those who know it.

    With `checks_host` it answers only to names of this machine.
    """
    server = _Server(worker, model, guarded=bool(token))
    routes = [
        Route("/health", server.health),
        Route("/metrics", server.metrics),
        Route("/openapi.json", server.openapi),
        Route("/v1/infill", server.infill, methods=["POST"]),
        Route("/v1/unload", server.unload, methods=["POST"]),
        Route(HOLD, server.hold),
        Route("/v1/models", models(model)),
        *(
            Route(path, answer, methods=["POST"])
            for path, answer in endpoints(worker, model).items()
        ),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        worker.start()
        yield
        await asyncio.to_thread(worker.close)

    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(AccessLog),
            Middleware(OriginGuard, checks_host=checks_host),
            Middleware(BearerAuth, token=token),
            Middleware(RateLimit, limits=limits or RateLimits()),
        ],
        exception_handlers={
            UnmaskError: _refusal,
            HTTPException: turn_away,
            ClientDisconnect: _nobody,
        },
    )


class _Server:
    def __init__(self, worker: Worker, model: str, *, guarded: bool) -> None:
        self._worker = worker
        self._model = model
        self._guarded = guarded
        self._version = version("unmask")  # read from disk

    async def health(self, _: Request) -> Response:
        health = Health(
            version=self._version,
            model=self._model,
            state=self._worker.state,
            stage=self._worker.stage,
            progress=self._worker.progress,
            pid=os.getpid(),
        )
        return Response(encode_health(health), media_type="application/json")

    async def metrics(self, _: Request) -> Response:
        return Response(self._worker.metrics.page(), media_type=CONTENT_TYPE_LATEST)

    async def openapi(self, _: Request) -> Response:
        return JSONResponse(openapi_page(guarded=self._guarded))

    async def infill(self, request: Request) -> Response:
        received = perf_counter()
        asked = decode_request(await read_body(request))
        events = listen(self._worker, asked, received)
        first = await while_there(request, anext(events))
        if first is None:
            return Response(status_code=NOBODY_LISTENS)
        return StreamingResponse(_sent(first, events), media_type="application/x-ndjson")

    async def unload(self, _: Request) -> Response:
        self._worker.unload()
        return Response(status_code=202)

    async def hold(self, _: Request) -> Response:
        return StreamingResponse(self._worker.leases.hold())


async def _sent(
    first: BlockSnapshot | InfillResult, events: AsyncGenerator[BlockSnapshot | InfillResult, None]
) -> AsyncGenerator[bytes, None]:
    """The answer, line by line; leaving takes the request back."""
    yield encode_event(first)
    async with aclosing(events):
        try:
            async for event in events:
                yield encode_event(event)
        except UnmaskError as error:
            yield encode_event(error)


async def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, UnmaskError)
    return Response(encode_event(error), *status_of(error), media_type="application/x-ndjson")


async def _nobody(_: Request, __: Exception) -> Response:
    """A client that left before it had said all is no error of anybody's."""
    return Response(status_code=NOBODY_LISTENS)
