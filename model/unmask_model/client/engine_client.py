"""The way to an engine in another process. Imports no torch.

One client may be used by many tasks at the same time; each answer has a connection of its own, and
closing it is how an answer is taken back.
"""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

import httpx

from unmask_model.client.lines import lines
from unmask_model.protocol.errors import EngineAbsent, EngineClosed, UnmaskError
from unmask_model.protocol.health import Health
from unmask_model.protocol.memory import MEMORY, MemoryAccount, MemoryUpdate
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult
from unmask_model.protocol.wire import (
    decode_account,
    decode_accounts,
    decode_event,
    decode_health,
    encode_request,
    encode_update,
)
from unmask_model.transport.address import Address
from unmask_model.transport.keys import SERVER, SERVICE

CONNECT_S = 5.0
"""Seconds an engine has to accept a connection."""
HEALTH_S = 10.0
"""Seconds an engine has to say how it is; it may be busy loading."""
JSON = {"content-type": "application/json"}
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=4)
"""Connections at the same time, and those that stay open for the next request."""
SESSION = "x-session-id"
"""Header by which a fleet, or a proxy, sends all requests of a document the same way."""


class EngineClient:
    """A connection to the engine at an address."""

    def __init__(self, address: Address, *, is_own: bool = False) -> None:
        self._address = address
        self._name = uuid4().hex
        self.sends_to = address.sends_to
        """Host that the text goes to; empty if it stays on this machine."""
        self.is_own = is_own
        """Whether it is this machine's own engine, which was started for its user."""
        socket = str(address.socket) if address.socket else None
        self._hold: httpx.Response | None = None
        self._memory_holds: list[httpx.Response] = []
        self._http = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=socket, limits=LIMITS),
            base_url=address.url,
            headers=address.headers,
            timeout=httpx.Timeout(None, connect=CONNECT_S),
        )

    async def health(self) -> Health:
        """Return how the engine is; raise EngineClosed if nobody listens."""
        try:
            answer = await self._http.get("/health", timeout=HEALTH_S)
        except httpx.TransportError as error:
            raise self._closed() from error
        self._require_entry(answer)
        return decode_health(answer.content)

    async def fill(
        self, request: InfillRequest
    ) -> AsyncGenerator[BlockSnapshot | InfillResult, None]:
        """Yield snapshots of the block and, last, the result.

        Closing the generator, or cancelling the task that iterates it, takes the request back: the
        engine is free within one step. Raises RequestInvalid, EngineBusy, EngineClosed; the last as
        EngineAbsent where the engine never had the request.
        """
        request = self._scoped(request)
        body, headers = encode_request(request), JSON | _session(request)
        try:
            async with self._http.stream(
                "POST", "/v1/infill", content=body, headers=headers
            ) as answer:
                self._require_entry(answer)
                async for line in lines(answer):
                    event = decode_event(line)
                    yield event
                    if isinstance(event, InfillResult):
                        return
        except httpx.ConnectError as error:
            raise EngineAbsent(str(self._closed())) from error
        except httpx.TransportError as error:
            raise self._closed() from error
        raise self._closed()

    async def hold(self) -> None:
        """Keep the engine from ending for want of users until this client is closed."""
        try:
            asked = self._http.build_request("GET", "/v1/hold")
            self._hold = await self._http.send(asked, stream=True)
            if self._hold.is_error:  # too many hold it; then it stays as long as it is asked
                await self._hold.aclose()
        except httpx.TransportError as error:
            raise self._closed() from error

    async def remember(self, update: MemoryUpdate) -> MemoryAccount:
        """Tell the engine of a workspace's files; raise EngineBusy where it takes none now."""
        return decode_account(await self._memory("POST", MEMORY, encode_update(update)))

    async def memories(self) -> list[MemoryAccount]:
        """Return what the engine remembers of each workspace."""
        return decode_accounts(await self._memory("GET", MEMORY))

    async def hold_memories(self, workspaces: Iterable[str]) -> None:
        """Keep the engine from forgetting these workspaces, and no others, until this is closed."""
        left, self._memory_holds = self._memory_holds, []
        try:
            for workspace in workspaces:
                asked = self._http.build_request("GET", f"{MEMORY}/{workspace}")
                self._memory_holds.append(await self._http.send(asked, stream=True))
        except httpx.TransportError as error:
            raise self._closed() from error
        for held in left:
            await held.aclose()

    async def _memory(self, method: str, path: str, body: bytes | None = None) -> bytes:
        try:
            answer = await self._http.request(method, path, content=body, headers=JSON)
        except httpx.TransportError as error:
            raise self._closed() from error
        self._require_entry(answer)
        if answer.is_error:
            decode_event(answer.content)
        return answer.content

    async def unload(self) -> None:
        """Ask the engine to give its memory back until it is asked again."""
        try:
            self._require_entry(await self._http.post("/v1/unload", timeout=HEALTH_S))
        except httpx.TransportError as error:
            raise self._closed() from error

    async def aclose(self) -> None:
        """Let go of the engine; it goes on for others."""
        for held in (*([self._hold] if self._hold else []), *self._memory_holds):
            await held.aclose()
        await self._http.aclose()

    def _scoped(self, request: InfillRequest) -> InfillRequest:
        """Name a document so that no other client has one of that name, on whatever machine."""
        if not request.document:
            return request
        return replace(request, document=f"{self._name} {request.document}")

    def _require_entry(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            entry = f"{SERVICE} {SERVER}@{self._address.host}"
            raise EngineClosed(
                f"{self._address} wants another token; ask its operator, and store it with"
                f" `keyring set {entry}`"
            )

    def _closed(self) -> UnmaskError:
        if self._address.socket:
            return EngineClosed(f"no engine answers on {self._address}; ask again to start one")
        return EngineClosed(f"no engine answers at {self._address}; see that it runs")


def _session(request: InfillRequest) -> dict[str, str]:
    """Name the document without saying its name: proxies write headers into their logs."""
    if not request.document:
        return {}
    return {SESSION: sha256(request.document.encode()).hexdigest()[:16]}
