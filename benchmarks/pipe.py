"""A client of a language server in another process: real pipes, and as little work as can be."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

LONGEST_MESSAGE = 2**26


class Pipe:
    """Sends messages and waits for answers; what else the server says is passed over."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._out, self._in = process.stdin, process.stdout
        self._ids = count(1)

    def notify(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    async def ask(self, method: str, **params: Any) -> Any:
        """Send a request and return its result."""
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = await self._read()
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": None})
            elif message.get("id") == number:
                return message["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._out.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> dict[str, Any]:
        header = await self._in.readuntil(b"\r\n\r\n")
        length = int(header.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        message: dict[str, Any] = json.loads(await self._in.readexactly(length))
        return message


@asynccontextmanager
async def pipe_to(*command: str) -> AsyncIterator[Pipe]:
    """Start a server, and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, limit=LONGEST_MESSAGE
    )
    pipe = Pipe(process)
    try:
        yield pipe
        await pipe.ask("shutdown")
        pipe.notify("exit")
    finally:
        await process.wait()
