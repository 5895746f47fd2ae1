"""Stands between an editor and its language server, and notes when suggestions come and go.

`python tap.py NOTES COMMAND...` runs the server and passes everything on unchanged. NOTES gets one
JSON line for each request for a suggestion, for each answer, and for the milliseconds the server
waited for the engine, as its own log (`--verbose`) says. Times are of the monotonic clock, which
on Linux is the same for every process.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Thread
from time import monotonic
from typing import IO, Any

SUGGEST = "textDocument/inlineCompletion"
SHOWN = re.compile(rb" version \d+: shown(?:.*; engine (\d+) ms)?")
"""The record of a suggestion; it names no engine where the rest of an earlier one was shown."""


class Notes:
    """What is noted of the traffic."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._asked: set[int | str] = set()

    def request(self, message: dict[str, Any], at: float) -> None:
        """Take a message of the editor's."""
        if message.get("method") == SUGGEST:
            self._asked.add(message["id"])
            self._note(asked=message["id"], at=at)

    def answer(self, message: dict[str, Any], at: float) -> None:
        """Take a message of the server's."""
        if "method" not in message and message.get("id") in self._asked:
            items = len((message.get("result") or {}).get("items", ()))
            self._note(answered=message["id"], items=items, at=at)

    def log(self, line: bytes) -> None:
        """Take a line of the server's log."""
        if shown := SHOWN.search(line):
            self._note(engine_ms=int(shown[1] or 0))

    def _note(self, **what: float | str) -> None:
        self._file.write(json.dumps(what) + "\n")


def messages(stream: IO[bytes]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the messages of LSP's base protocol, as they are and as they are meant."""
    while header := stream.readline():
        length = 0
        raw = header
        while header.strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            header = stream.readline()
            raw += header
        body = stream.read(length)
        yield raw + body, json.loads(body)


def pass_on(
    source: IO[bytes], target: IO[bytes], note: Callable[[dict[str, Any], float], None]
) -> None:
    """Write to `target` what comes from `source`, and note each message as it comes."""
    for raw, message in messages(source):
        note(message, monotonic())
        target.write(raw)
        target.flush()
    target.close()


def pass_log_on(source: IO[bytes], notes: Notes) -> None:
    """Write the server's log to ours."""
    for line in source:
        notes.log(line)
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()


def main(file: str, *command: str) -> int:
    """Run the server until it ends."""
    with (
        Path(file).open("a", encoding="utf-8", buffering=1) as lines,
        Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as server,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        notes = Notes(lines)
        asking = (sys.stdin.buffer, server.stdin, notes.request)
        Thread(target=pass_on, args=asking, daemon=True).start()
        logging = Thread(target=pass_log_on, args=(server.stderr, notes))
        logging.start()
        pass_on(server.stdout, sys.stdout.buffer, notes.answer)
        logging.join()
        return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
