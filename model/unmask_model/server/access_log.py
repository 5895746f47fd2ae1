"""Gives every request over HTTP a name, and writes one record of it: never its text.

A client may bring the name (`x-request-id`), so that its own log and this one can be laid side by
side; the answer carries it either way.
"""

import logging
import re
from time import perf_counter
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"
_GIVEN = re.compile(r"[\w.:-]{1,64}", re.ASCII)

_log = logging.getLogger(__name__)


class AccessLog:
    """The outermost layer of the server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say afterwards how it went."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else uuid4().hex
        started, sent = perf_counter(), {"status": 0, "bytes": 0}

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent["status"] = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            sent["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            ms = round((perf_counter() - started) * 1000, 1)
            _record({"id": name, **_asked(scope), **sent, "ms": ms})


def _asked(scope: Scope) -> dict[str, Any]:
    client = scope.get("client")
    return {
        "method": scope["method"],
        "path": scope["path"][:200],
        "peer": client[0] if client else "",
    }


def _record(fields: dict[str, Any]) -> None:
    words = " ".join(f"{name}={value}" for name, value in fields.items())
    _log.info("request %s", words, extra={"fields": fields})
