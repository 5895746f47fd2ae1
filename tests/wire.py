"""A client over the wire, in one process with the server: real messages, bytes in, bytes out."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from unmask_lsp.server.server import build
from unmask_lsp.server.stdio import converse
from unmask_lsp.stats.stats_file import StatsFile

URI = "file:///project/m.py"
NOTHING = {"items": []}
CANCELLED = -32800


class Wire:
    """A client that speaks bytes: sends messages, and keeps what the server says."""

    def __init__(self) -> None:
        self.input = asyncio.StreamReader()
        self.answers: dict[int | str, asyncio.Future[Any]] = {}
        self.said: list[dict[str, Any]] = []
        self.refused: list[int] = []
        self.protocol: Any = None
        self.loop: Any = None
        self.replies: dict[str, Any] = {}
        self.accepted: dict[str, Any] = {}
        self.parts: dict[str, list[int]] = {}
        self._ids = count(1)

    def write(self, data: bytes) -> None:
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        if "method" not in message and message["id"] is None:
            self.refused.append(message["error"]["code"])
            return
        if "method" not in message:
            self.answers[message["id"]].set_result(message)
            return
        self.said.append(message)
        if "id" in message and message["method"] in self.replies:
            self.send({"id": message["id"], "result": self.replies[message["method"]]})

    def close(self) -> None:
        self.input.feed_eof()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.input.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> tuple[int, asyncio.Future[Any]]:
        number = next(self._ids)
        self.answers[number] = asyncio.get_running_loop().create_future()
        self.send({"id": number, "method": method, "params": params})
        return number, self.answers[number]

    async def result(self, method: str, **params: Any) -> Any:
        answer = await asyncio.wait_for(self.ask(method, **params)[1], 5)
        return answer.get("result", answer.get("error"))

    def complete(self, line: int, character: int, kind: int = 2) -> tuple[int, asyncio.Future[Any]]:
        return self.ask(
            "textDocument/inlineCompletion",
            textDocument={"uri": URI, "version": 1},
            position={"line": line, "character": character},
            context={"triggerKind": kind},
        )

    async def completed(self, line: int, character: int, kind: int = 2) -> Any:
        answer = await asyncio.wait_for(self.complete(line, character, kind)[1], 5)
        if "error" in answer:
            return answer["error"]["code"]
        for found in answer["result"]["items"]:
            self.accepted = found.pop("command")
            self.parts = found.pop("parts")
        return answer["result"]

    def open(self, text: str, language: str = "python") -> None:
        item = {"uri": URI, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=item)

    def change(self, version: int, *changes: dict[str, Any]) -> None:
        self.notify(
            "textDocument/didChange",
            textDocument={"uri": URI, "version": version},
            contentChanges=list(changes),
        )

    def insert(self, version: int, line: int, character: int, text: str) -> None:
        self.change(version, {"range": span(line, character, character), "text": text})

    async def execute(self, command: str, *arguments: Any) -> Any:
        return await self.result(
            "workspace/executeCommand", command=command, arguments=list(arguments)
        )

    def statuses(self) -> list[dict[str, Any]]:
        return [m["params"] for m in self.said if m["method"] == "didChangeStatus"]

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The server's messages of this method, so far."""
        return [message for message in self.said if message["method"] == method]

    def methods(self) -> list[str]:
        return [message["method"] for message in self.said]


@asynccontextmanager
async def serving(
    engine: Any, *, is_here: bool = True, initializes: bool = True, **initialize: Any
) -> AsyncIterator[Wire]:
    """A client and a server that has answered `initialize`, unless a test does that itself."""
    with TemporaryDirectory() as folder:
        counts = StatsFile(Path(folder) / "stats.json")
        server = build(
            engine.reach,
            engine.end,
            lambda model: "491 MB by somebody",
            lambda model: is_here,
            counts,
        )
        wire = Wire()
        server.protocol.set_writer(wire)
        wire.protocol = server.protocol
        wire.loop = loop = asyncio.create_task(converse(wire.input, server.protocol))
        params = {"processId": None, "rootUri": None, "capabilities": {}} | initialize
        if initializes:
            wire.replies["initialize"] = await wire.result("initialize", **params)
            wire.notify("initialized")
        yield wire
        await wire.result("shutdown")
        wire.close()
        await loop


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


def item(text: str, line: int, character: int) -> dict[str, Any]:
    return {"items": [{"insertText": text, "range": span(line, character, character)}]}
