"""The way to an engine in another process. Imports no torch.

One client may be used by many tasks at the same time; each answer has a connection of its own, and
closing it is how an answer is taken back.
"""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx

from unmask_model.errors import EngineClosed, UnmaskError
from unmask_model.health import Health
from unmask_model.request import Draft, InfillRequest, InfillResult
from unmask_model.wire import decode_event, decode_health, encode_request

CONNECT_S = 5.0
"""Seconds an engine has to accept a connection."""
HEALTH_S = 10.0
"""Seconds an engine has to say how it is; it may be busy loading."""


class EngineClient:
    """A connection to the engine that listens on a Unix socket."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._hold: httpx.Response | None = None
        self._http = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(socket)),
            base_url="http://engine",
            timeout=httpx.Timeout(None, connect=CONNECT_S),
        )

    async def health(self) -> Health:
        """Return how the engine is; raise EngineClosed if nobody listens."""
        try:
            answer = await self._http.get("/health", timeout=HEALTH_S)
        except httpx.TransportError as error:
            raise self._closed() from error
        return decode_health(answer.content)

    async def fill(self, request: InfillRequest) -> AsyncGenerator[Draft | InfillResult, None]:
        """Yield drafts and, last, the result.

        Closing the generator, or cancelling the task that iterates it, takes the request back: the
        engine is free within one step. Raises RequestInvalid, EngineBusy, EngineClosed.
        """
        body = encode_request(request)
        try:
            async with self._http.stream("POST", "/v1/infill", content=body) as answer:
                async for line in answer.aiter_lines():
                    event = decode_event(line)
                    yield event
                    if isinstance(event, InfillResult):
                        return
        except httpx.TransportError as error:
            raise self._closed() from error
        raise self._closed()

    async def hold(self) -> None:
        """Keep the engine from ending for want of users until this client is closed."""
        try:
            asked = self._http.build_request("GET", "/v1/hold")
            self._hold = await self._http.send(asked, stream=True)
        except httpx.TransportError as error:
            raise self._closed() from error

    async def unload(self) -> None:
        """Ask the engine to give its memory back until it is asked again."""
        try:
            await self._http.post("/v1/unload", timeout=HEALTH_S)
        except httpx.TransportError as error:
            raise self._closed() from error

    async def aclose(self) -> None:
        """Let go of the engine; it goes on for others."""
        if self._hold is not None:
            await self._hold.aclose()
        await self._http.aclose()

    def _closed(self) -> UnmaskError:
        return EngineClosed(f"no engine answers on {self._socket}; ask again, and one is started")
