"""The conversation over real pipes: when it ends, and with which status."""

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from unmask_lsp.server.server import build, run
from unmask_lsp.server.stdio import _log_failure
from unmask_lsp.stats.stats_file import StatsFile


def framed(**message: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def initialize(process: int | None = None) -> bytes:
    params = {"processId": process, "rootUri": None, "capabilities": {}}
    return framed(id=1, method="initialize", params=params)


SHUTDOWN, EXIT = framed(id=2, method="shutdown"), framed(method="exit")


class Pipes:
    """A client's end of two pipes."""

    def __init__(self, engine: Any, folder: Path) -> None:
        self.input, self._stdin = os.pipe()
        self._stdout, self.output = os.pipe()
        size, here = (lambda model: 1), (lambda model: True)
        counts = StatsFile(folder / "stats.json")
        self.server = build(engine.reach, engine.end, size, here, counts)
        self.tidied = 0

    def answers(self) -> list[int]:
        """The ids of all answers, once the server has ended."""
        with os.fdopen(self._stdout, "rb") as said:
            return [int(number) for number in re.findall(rb'"id": (\d+)', said.read())]

    def talk(self, said: bytes, *, leaves_open: bool = False) -> int:
        """Say all at once; return the server's exit status."""
        os.write(self._stdin, said)
        if not leaves_open:
            self.leave()
        stdout = os.fdopen(self.output, "wb")
        try:
            return run(self.server, stdout, self.tidy)
        finally:
            with suppress(OSError):
                stdout.close()

    def leave(self) -> None:
        os.close(self._stdin)

    def tidy(self) -> None:
        self.tidied += 1

    def deafen(self) -> None:
        os.close(self._stdout)


@pytest.fixture
def pipes(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipes]:
    pipes = Pipes(engine, tmp_path)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(fileno=lambda: pipes.input))
    monkeypatch.setattr("unmask_lsp.server.stdio.WATCH_S", 0.01)
    return pipes


@pytest.mark.parametrize("leaves_open", [False, True])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        (SHUTDOWN + EXIT, 0),
        (EXIT, 1),
        (SHUTDOWN + framed(id=3, method="x") + EXIT, 0),
    ],
)
def test_the_end_has_the_status_that_the_protocol_wants(
    pipes: Pipes, said: bytes, status: int, leaves_open: bool
) -> None:
    assert pipes.talk(initialize() + said, leaves_open=leaves_open) == status
    asked = [int(number) for number in re.findall(rb'"id": (\d+)', initialize() + said)]
    assert sorted(pipes.answers()) == asked


@pytest.mark.fault(
    "the editor closes its end in the middle of a message",
    "one line, and the server ends",
)
@pytest.mark.parametrize("said", [b"", b"Content-Length: 9", b"Content-Length: 9\r\n\r\n{"])
def test_a_pipe_that_closes_is_the_end_and_at_most_one_line(
    pipes: Pipes, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert pipes.talk(initialize() + said) == 1
    assert len(caplog.records) <= 1
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.fault(
    "the editor is killed",
    "the server ends within seconds, with one line, and writes its counts",
)
def test_a_client_whose_process_is_gone_has_left(
    pipes: Pipes, caplog: pytest.LogCaptureFixture
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert pipes.talk(initialize(gone.pid), leaves_open=True) == 1
    assert "is gone" in caplog.text


def test_a_client_that_lives_is_not_left_alone(pipes: Pipes) -> None:
    said = initialize(os.getpid()) + framed(id=9, method="unmask/nothing") + SHUTDOWN + EXIT
    assert pipes.talk(said, leaves_open=True) == 0


def test_a_client_that_reads_no_more_has_left(
    pipes: Pipes, caplog: pytest.LogCaptureFixture
) -> None:
    pipes.deafen()
    assert pipes.talk(initialize(), leaves_open=True) == 1
    assert not [record for record in caplog.records if record.exc_info]


def test_more_than_fits_is_read_as_it_is_taken(pipes: Pipes) -> None:
    """The reader's thread waits while much is unread; a pipe holds less than this."""
    import threading

    many = framed(method="$/setTrace", params={"value": "off"}) * 20_000
    said = initialize() + many + SHUTDOWN + EXIT
    stdin = pipes._stdin
    writer = threading.Thread(target=lambda: _write_all(stdin, said))
    writer.start()
    assert pipes.talk(b"", leaves_open=True) == 0
    writer.join()


def _write_all(pipe: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe, data[:4096]) :]


def test_a_future_that_was_taken_back_in_the_same_moment_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(error: Exception) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_failure)
        loop.call_exception_handler({"message": "failed", "exception": error})

    asyncio.run(fail(asyncio.InvalidStateError()))
    assert not caplog.records
    asyncio.run(fail(ZeroDivisionError()))
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [
        ZeroDivisionError
    ]


def test_memory_is_given_back_all_along(pipes: Pipes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unmask_lsp.server.stdio.TIDY_S", 0.005)
    threading.Timer(0.2, pipes.leave).start()
    assert pipes.talk(initialize(), leaves_open=True) == 1
    assert pipes.tidied > 2
