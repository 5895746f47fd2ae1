"""Lets those in who know the token, and says 401 to the others before anything is read."""

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from unmask_model.server.dialects.refusal import turn_away


class BearerAuth:
    """A layer of the server; without a token it lets everybody in."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode() if token else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] == "http" and not self._knows(Request(scope)):
            stranger = HTTPException(401, headers={"www-authenticate": "Bearer"})
            response = await turn_away(Request(scope), stranger)
            return await response(scope, receive, send)
        await self._app(scope, receive, send)

    def _knows(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("latin-1")
        return not self._expected or hmac.compare_digest(given, self._expected)
