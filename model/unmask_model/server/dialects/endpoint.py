"""Answers the requests of one dialect over HTTP, whole or as server-sent events.

An answer is asked of the engine when it is wanted and taken back when the client is gone. A part
holds only settled text, so that a stream never takes anything back. Knows no field of any dialect.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import uuid4

from pydantic import TypeAdapter
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from unmask_model.engine.answer_stream import listen
from unmask_model.engine.worker import Worker
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.limits import check
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult, StopReason
from unmask_model.protocol.wire import decode_json
from unmask_model.server.body import read_body
from unmask_model.server.dialects.dialect import Dialect, Head, Json
from unmask_model.server.dialects.filled import Filled
from unmask_model.server.dialects.refusal import error_object, refuse
from unmask_model.server.dialects.stops import certain
from unmask_model.server.presence import NOBODY_LISTENS, while_there

Events = AsyncGenerator[BlockSnapshot | InfillResult, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One path of the server."""

    dialect: TypeAdapter[Dialect]
    """The body of its requests."""
    worker: Worker
    model: str
    """Name of the model that answers."""

    async def answer(self, request: Request) -> Response:
        """Answer whole, in parts, or with the error as clients of HTTP expect it."""
        received = time.perf_counter()
        try:
            asked = decode_json(self.dialect, await read_body(request))
            events = self._events(asked.request(), received)
            parts = self._stream(asked, events) if asked.streamed else self._once(asked, events)
            first = await while_there(request, anext(parts))
        except UnmaskError as error:
            return refuse(error)
        if first is None:
            return Response(status_code=NOBODY_LISTENS)
        if not asked.streamed:
            return JSONResponse(first)
        return StreamingResponse(_sent(asked, first, parts), media_type="text/event-stream")

    async def _events(self, asked: InfillRequest | None, received: float) -> Events:
        if asked is None:
            yield InfillResult(text="", stop_reason=StopReason.LENGTH)
            return
        check(asked)
        async with aclosing(listen(self.worker, asked, received)) as events:
            async for event in events:
                yield event

    async def _once(self, asked: Dialect, events: Events) -> AsyncGenerator[Json, None]:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, InfillResult):
                    yield asked.whole(Filled.of(event, asked.stops), self._head())

    async def _stream(self, asked: Dialect, events: Events) -> AsyncGenerator[Json, None]:
        head, stops, sent = self._head(), asked.stops, 0
        async with aclosing(events):
            async for event in events:
                if isinstance(event, BlockSnapshot):
                    text = certain(event.text[: event.settled], stops)
                    if len(text) > sent:
                        yield asked.part(text[sent:], head)
                        sent = len(text)
                else:
                    filled = Filled.of(event, stops)
                    for part in asked.last_parts(filled.best.text[sent:], filled, head):
                        yield part

    def _head(self) -> Head:
        return Head(id=f"cmpl-{uuid4().hex}", created=int(time.time()), model=self.model)


async def _sent(
    asked: Dialect, first: Json, parts: AsyncGenerator[Json, None]
) -> AsyncGenerator[bytes, None]:
    """The parts as server-sent events; an error in the middle is the last of them."""
    yield _event(first)
    async with aclosing(parts):
        try:
            async for part in parts:
                yield _event(part)
        except UnmaskError as error:
            yield _event(error_object(error))
    yield asked.closing


def _event(data: Json) -> bytes:
    return b"data: " + to_json(data) + b"\n\n"
