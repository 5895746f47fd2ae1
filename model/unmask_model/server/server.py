"""The engine over HTTP: `POST /v1/infill` streams an answer, `GET /health` says how it is,
`GET /v1/hold` keeps it alive.

Translates between HTTP and the worker's thread; what other clients speak is translated in shapes/.
Whoever goes away in the middle of an answer takes the request back. Texts of requests are never
logged.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from importlib.metadata import version
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from unmask_model.engine.listening import listen
from unmask_model.engine.worker import Worker
from unmask_model.protocol.errors import EngineBusy, RequestInvalid, UnmaskError
from unmask_model.protocol.health import Health
from unmask_model.protocol.request import InfillRequest
from unmask_model.protocol.wire import decode_request, encode_event, encode_health
from unmask_model.server.access_log import AccessLog
from unmask_model.server.bearer_auth import BearerAuth
from unmask_model.server.body import read_body
from unmask_model.server.dialects.refusal import turn_away
from unmask_model.server.dialects.routes import endpoints, models
from unmask_model.server.openapi import openapi_page
from unmask_model.server.rate_limit import RateLimit, RateLimits

STATUS = {RequestInvalid: 400, EngineBusy: 429}
"""HTTP status of an error; 503 for every other: without its engine a server can do nothing."""


def build(
    worker: Worker, model: str, token: str = "", limits: RateLimits | None = None
) -> Starlette:
    """Return the application; with a token it answers only those who know it."""
    server = _Server(worker, model, guarded=bool(token))
    routes = [
        Route("/health", server.health),
        Route("/metrics", server.metrics),
        Route("/openapi.json", server.openapi),
        Route("/v1/infill", server.infill, methods=["POST"]),
        Route("/v1/unload", server.unload, methods=["POST"]),
        Route("/v1/hold", server.hold),
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
            Middleware(BearerAuth, token=token),
            Middleware(RateLimit, limits=limits or RateLimits()),
        ],
        exception_handlers={UnmaskError: _refusal, HTTPException: turn_away},
    )


class _Server:
    def __init__(self, worker: Worker, model: str, *, guarded: bool) -> None:
        self._worker = worker
        self._model = model
        self._openapi = openapi_page(guarded=guarded)

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

    async def metrics(self, _: Request) -> Response:
        return Response(self._worker.metrics.page(), media_type=CONTENT_TYPE_LATEST)

    async def openapi(self, _: Request) -> Response:
        return JSONResponse(self._openapi)

    async def infill(self, request: Request) -> Response:
        received = perf_counter()
        asked = decode_request(await read_body(request))
        events = self._events(asked, received)
        return StreamingResponse(events, media_type="application/x-ndjson")

    async def unload(self, _: Request) -> Response:
        self._worker.unload()
        return Response(status_code=202)

    async def hold(self, _: Request) -> Response:
        return StreamingResponse(self._worker.holders.hold())

    async def _events(self, asked: InfillRequest, received: float) -> AsyncIterator[bytes]:
        """The answer, line by line; leaving takes the request back."""
        async with aclosing(listen(self._worker, asked, received)) as events:
            try:
                async for event in events:
                    yield encode_event(event)
            except UnmaskError as error:
                yield encode_event(error)


async def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, UnmaskError)
    status = STATUS.get(type(error), 503)
    return Response(encode_event(error), status, media_type="application/x-ndjson")
