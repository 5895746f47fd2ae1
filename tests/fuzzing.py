"""Messages that no client should send, and those that any may: valid frames, wild contents."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

METHODS = (
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/inlineCompletion",
    "textDocument/completion",
    "textDocument/codeAction",
    "codeAction/resolve",
    "notebookDocument/didOpen",
    "notebookDocument/didChange",
    "notebookDocument/didClose",
    "workspace/didChangeWorkspaceFolders",
    "workspace/didChangeConfiguration",
    "workspace/executeCommand",
    "textDocument/didFocus",
    "textDocument/didShowCompletion",
    "textDocument/didPartiallyAcceptCompletion",
    "unmask/didChangeDiagnostics",
    "window/workDoneProgress/cancel",
    "$/cancelRequest",
    "$/setTrace",
    "$/progress",
    "initialized",
    "initialize",
    "no/such/method",
)
COMMANDS = (
    "unmask.fill",
    "unmask.explainLast",
    "unmask.stats",
    "unmask.snooze",
    "unmask.didAccept",
    "unmask.nothing",
)
LANGUAGES = ("python", "typescript", "c", "shellscript", "markdown", "", "nothing")
TEXTS = (
    "",
    "x = ",
    "def f(a):\n    return ",
    "if (a) {\r\n\t",
    "😀é\u2028\x0c\x00",
    "\ud800",
    "((((" * 50,
    "a" * 5000,
    "line\n" * 400,
)
URIS = (
    *(f"file:///fuzz/{number}.py" for number in range(12)),
    "file:///fuzz/.env",
    "file:///fuzz/%00",
    "file:///%ff%fe",
    "file://wsl.localhost/home/x/a.py",
    "file://[",
    "untitled:Untitled-1",
    "vscode-notebook-cell:/fuzz/n.ipynb#W0",
    "git:/fuzz/a.py?%7B%7D",
    "",
    "\ud800",
    "x" * 3000,
)
SETTINGS = ("enabled", "eagerness", "max_lines", "excluded_files", "budgetMs", "hole_mark", "what")


class Fuzzer:
    """Wild messages, the same ones for the same random numbers; `settings` stay as they are."""

    def __init__(self, random: Random, settings: dict[str, Any] | None = None) -> None:
        self._random = random
        self._settled = settings or {}
        self._number = 0
        self._shapes: dict[str, Callable[[], Any]] = {
            "textDocument/didOpen": self._open,
            "textDocument/didChange": self._change,
            "textDocument/inlineCompletion": self._place,
            "textDocument/completion": self._place,
            "textDocument/codeAction": self._selection,
            "notebookDocument/didOpen": self._notebook,
            "notebookDocument/didChange": self._cells,
            "workspace/didChangeWorkspaceFolders": self._folders,
            "workspace/didChangeConfiguration": self._settings,
            "workspace/executeCommand": self._command,
            "unmask/didChangeDiagnostics": self._diagnostics,
            "$/cancelRequest": lambda: {"id": self._random.randint(-2, self._number + 2)},
        }

    def bodies(self) -> Iterator[bytes]:
        """Bodies of messages without end."""
        while True:
            body = json.dumps(self.message()).encode()
            if self._random.random() < 0.02:
                body = self._broken(body)
            yield body

    def message(self) -> dict[str, Any]:
        """A message: mostly as LSP has it, with something wild in every tenth."""
        method = self._random.choice(METHODS)
        params = self._shapes.get(method, self._document)()
        if self._random.random() < 0.1:
            params = self._wild(3)
        elif self._random.random() < 0.1:
            params = self._bent(params)
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if method.startswith(("textDocument/in", "textDocument/co", "code", "workspace/ex", "no")):
            self._number += 1
            message["id"] = f"fuzz {self._number}"
        if self._random.random() < 0.02:
            message["id"] = self._wild(1)
        if self._random.random() < 0.01:
            del message[self._random.choice(list(message))]
        return message

    def _uri(self) -> str:
        return self._random.choice(URIS)

    def _position(self) -> dict[str, Any]:
        numbers = (0, 0, 1, 2, 4, 7, 5000, 2**31 - 1, 2**40, -1, 1.5)
        return {
            "line": self._random.choice(numbers),
            "character": self._random.choice(numbers),
        }

    def _range(self) -> dict[str, Any]:
        return {"start": self._position(), "end": self._position()}

    def _document(self) -> dict[str, Any]:
        return {"textDocument": {"uri": self._uri(), "version": self._random.randint(-1, 9)}}

    def _open(self) -> dict[str, Any]:
        item = {
            "uri": self._uri(),
            "languageId": self._random.choice(LANGUAGES),
            "version": 1,
            "text": self._random.choice(TEXTS),
        }
        return {"textDocument": item}

    def _change(self) -> dict[str, Any]:
        one = {"text": self._random.choice(TEXTS)}
        if self._random.random() < 0.8:
            one["range"] = self._range()
        return self._document() | {"contentChanges": [one] * self._random.choice((0, 1, 1, 1, 3))}

    def _place(self) -> dict[str, Any]:
        context: dict[str, Any] = {"triggerKind": self._random.choice((0, 1, 2, 9))}
        if self._random.random() < 0.2:
            context["selectedCompletionInfo"] = {"text": "abc", "range": self._range()}
        return self._document() | {"position": self._position(), "context": context}

    def _selection(self) -> dict[str, Any]:
        return self._document() | {"range": self._range(), "context": {"diagnostics": []}}

    def _notebook(self) -> dict[str, Any]:
        cells = [self._uri() for _ in range(self._random.randint(0, 4))]
        items = [self._open()["textDocument"] | {"uri": uri} for uri in cells]
        notebook = {
            "uri": self._uri(),
            "notebookType": "jupyter",
            "version": 1,
            "cells": [{"kind": 2, "document": uri} for uri in cells],
        }
        return {"notebookDocument": notebook, "cellTextDocuments": items}

    def _cells(self) -> dict[str, Any]:
        array = {
            "start": self._random.choice((0, 1, 10**9)),
            "deleteCount": self._random.choice((0, 1, 10**9)),
            "cells": [{"kind": 2, "document": self._uri()}],
        }
        change = {"cells": {"structure": {"array": array}}}
        return {"notebookDocument": {"uri": self._uri(), "version": 2}, "change": change}

    def _folders(self) -> dict[str, Any]:
        folder = {"uri": f"file:///fuzz/{self._random.randint(0, 10**9)}", "name": "x"}
        removed = [folder] if self._random.random() < 0.3 else []
        return {"event": {"added": [folder], "removed": removed}}

    def _settings(self) -> dict[str, Any]:
        name = self._random.choice(SETTINGS)
        return {"settings": {"unmask": self._settled | {name: self._wild(2)}}}

    def _command(self) -> dict[str, Any]:
        argument = self._selection() | {"scope": self._random.choice(("body", "file", "what"))}
        arguments = [argument] * self._random.choice((0, 1, 1, 2))
        return {"command": self._random.choice(COMMANDS), "arguments": arguments}

    def _diagnostics(self) -> dict[str, Any]:
        one = {"range": self._range(), "message": self._random.choice(TEXTS), "severity": 1}
        return self._document() | {"diagnostics": [one] * self._random.choice((0, 1, 30))}

    def _wild(self, depth: int) -> Any:
        """Any JSON at all."""
        simple = [None, True, 0, -1, 2**70, 1e300, "", *TEXTS[:5], self._uri()]
        if not depth or self._random.random() < 0.6:
            return self._random.choice(simple)
        if self._random.random() < 0.5:
            return [self._wild(depth - 1) for _ in range(self._random.randint(0, 4))]
        names = ("uri", "textDocument", "position", "range", "item", "command", "x y", "class", "")
        return {self._random.choice(names): self._wild(depth - 1) for _ in range(3)}

    def _bent(self, params: Any) -> Any:
        """Parameters in which one place holds something else."""
        if isinstance(params, dict) and params and self._random.random() < 0.8:
            name = self._random.choice(list(params))
            return params | {name: self._bent(params[name])}
        if isinstance(params, list) and params:
            return [self._bent(params[0]), *params[1:]]
        return self._wild(1)

    def _broken(self, body: bytes) -> bytes:
        at = self._random.randrange(len(body))
        return self._random.choice((body[:at], body[:at] + b"\xff" + body[at + 1 :], b"", body * 2))
