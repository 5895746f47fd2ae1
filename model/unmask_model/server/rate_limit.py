"""How much a server lets come in at the same time: a "busy" answer for the rest.

Requests for work and holds of the engine count; questions about its health are always answered.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from unmask_model.protocol.errors import EngineBusy
from unmask_model.server.dialects.refusal import refuse

PEERS = 4096
"""Addresses that are kept in mind; the one heard from longest ago is forgotten."""
HOLD = "/v1/hold"
"""Path of those who only want the engine to stay."""
BURST_S = 2.0
"""Requests that may come at once, in seconds of an address's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What a server lets come in."""

    streams: int = 64
    """Most requests that are answered or wait at the same time, and most who hold the engine."""
    rate: float = 0.0
    """Most requests a second from one address; 0 means no limit."""


class RateLimit:
    """A layer of the server that counts."""

    def __init__(
        self, app: ASGIApp, limits: RateLimits, clock: Callable[[], float] = monotonic
    ) -> None:
        self._app = app
        self._limits = limits
        self._clock = clock
        self._open = Counter[str]()
        self._due: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with EngineBusy."""
        kind = _kind(scope)
        if not kind:
            return await self._app(scope, receive, send)
        try:
            self._admit(kind, Request(scope))
        except EngineBusy as busy:
            return await refuse(busy)(scope, receive, send)
        self._open[kind] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[kind] -= 1

    def _admit(self, kind: str, request: Request) -> None:
        if self._open[kind] >= self._limits.streams:
            raise EngineBusy(f"{self._open[kind]} {kind} are open; ask again in a moment")
        if self._limits.rate:
            self._count(request.client.host if request.client else "")

    def _count(self, peer: str) -> None:
        """Note when an address's next request is due; refuse one that is far too early (GCRA)."""
        now, rate = self._clock(), self._limits.rate
        due = max(self._due.pop(peer, now), now)
        self._due[peer] = due
        while len(self._due) > PEERS:
            self._due.popitem(last=False)
        if due - now > BURST_S:
            raise EngineBusy(f"more than {rate:g} requests a second; slow down")
        self._due[peer] = due + 1 / rate


def _kind(scope: Scope) -> str:
    """What a request is counted among; empty if it is not counted.

    Those who hold are counted apart: however many there are, they keep nobody from an answer.
    """
    if scope["type"] != "http":
        return ""
    if scope["path"] == HOLD:
        return "holds"
    return "requests" if scope["method"] == "POST" else ""
