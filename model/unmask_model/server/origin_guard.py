"""Keeps web pages out: a browser sends what a page wants to any address, this machine's ports too.

A page cannot choose the headers that say where it is from. A name that leads to this machine, but
is not its own, is how a page gets round that (DNS rebinding), so that the name is looked at too
where no token tells clients from pages.
"""

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from unmask_model.server.dialects.refusal import turn_away
from unmask_model.transport.address import is_loopback

FROM_NO_PAGE = ("none", "same-origin")
"""What browsers say in Sec-Fetch-Site of what a person has asked for, in the address bar."""


class OriginGuard:
    """A layer of the server; with `checks_host` it answers to names of this machine alone."""

    def __init__(self, app: ASGIApp, *, checks_host: bool) -> None:
        self._app = app
        self._checks_host = checks_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        if scope["type"] == "http" and (why := self._foreign(Request(scope))):
            response = await turn_away(Request(scope), HTTPException(403, why))
            return await response(scope, receive, send)
        await self._app(scope, receive, send)

    def _foreign(self, request: Request) -> str:
        """Say what about a request is foreign; empty if nothing."""
        hosts = request.headers.getlist("host")
        if self._checks_host and not all(is_loopback(_name(host)) for host in hosts or [""]):
            return "ask this machine by its own name, or give the engine a token"
        is_of_page = request.headers.get("sec-fetch-site", "none") not in FROM_NO_PAGE
        if "origin" in request.headers or is_of_page:
            return "requests of web pages are not answered"
        return ""


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
