"""The conversation over stdin and stdout: from bytes to messages, until the client has left.

A client has left when it says so, when its end of the pipe is closed, or when its process is gone.
"""

import asyncio
import logging
import os
import re
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, BinaryIO

from pygls.exceptions import JsonRpcInvalidRequest
from pygls.io_ import StdoutWriter

from unmask_lsp.server.protocol import Protocol

LARGEST_MESSAGE = 64_000_000
"""Bytes of the largest message that is read."""
LONGEST_LINE = 65_536
"""Bytes of the longest line of a message's head; twice as many are read ahead."""
WATCH_S = 2.0
"""Seconds between two looks at whether the client's process is there."""
TIDY_S = 10.0
"""Seconds between two times that memory is given back; it takes a millisecond, or ten."""
GRACE_S = 2.0
"""Seconds there are for saying goodbye to a client that is gone."""
_LENGTH = re.compile(rb"content-length:\s*(\d{1,15})\s*", re.IGNORECASE)

logger = logging.getLogger(__name__)


def talk(
    protocol: Protocol,
    parent: Callable[[], int | None],
    leave: Callable[[], Awaitable[Any]],
    tidy: Callable[[], None],
    stdout: BinaryIO,
) -> int:
    """Talk until the client has left; return the exit status, 0 only after a shutdown.

    `parent` says the client's process once that is known; `leave` is called where nobody has asked
    for a shutdown, `tidy` every TIDY_S.
    """
    protocol.set_writer(StdoutWriter(stdout))
    asyncio.run(_talk(protocol, parent, leave, tidy))
    return 0 if protocol.was_shut_down else 1


async def _talk(
    protocol: Protocol,
    parent: Callable[[], int | None],
    leave: Callable[[], Awaitable[Any]],
    tidy: Callable[[], None],
) -> None:
    asyncio.get_running_loop().set_exception_handler(_log_failure)
    ends = (converse(_stdin(), protocol), protocol.over.wait(), _orphaned(parent), _tidied(tidy))
    tasks = [asyncio.create_task(end) for end in ends]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    with suppress(TimeoutError):
        await asyncio.wait_for(protocol.answered(), GRACE_S)
        if not protocol.was_shut_down:
            await asyncio.wait_for(leave(), GRACE_S)


async def converse(reader: asyncio.StreamReader, protocol: Protocol) -> None:
    """Hand on messages until there are no more."""
    while not protocol.over.is_set():
        size = await _size(reader)
        if size is None:
            return
        if size > LARGEST_MESSAGE:
            await _skip(reader, size)
            why = f"a message of {size} bytes is not read; {LARGEST_MESSAGE} is the most"
            protocol.refuse(None, JsonRpcInvalidRequest(why))
            continue
        try:
            protocol.receive(await reader.readexactly(size))
        except asyncio.IncompleteReadError:
            return logger.warning("the client left in the middle of a message")


async def _size(reader: asyncio.StreamReader) -> int | None:
    """Read the head of a message; return the bytes of its body, None where there is no more."""
    size = None
    while True:
        try:
            line = await reader.readline()
        except ValueError:  # a line without end is no head
            continue
        if not line:
            return None
        if found := _LENGTH.fullmatch(line):
            size = int(found[1])
        elif size is not None and not line.strip():
            return size


async def _skip(reader: asyncio.StreamReader, size: int) -> None:
    while size and (read := await reader.read(min(size, LONGEST_LINE))):
        size -= len(read)


def _stdin() -> asyncio.StreamReader:
    """What comes in, read by a thread that nobody waits for: a client may never close its end."""
    loop = asyncio.get_running_loop()
    reader, gate = asyncio.StreamReader(limit=LONGEST_LINE), _Gate()
    reader.set_transport(gate)

    def read() -> None:
        with suppress(RuntimeError, OSError):  # the loop is closed, or stdin is
            while data := os.read(sys.stdin.fileno(), LONGEST_LINE):
                loop.call_soon_threadsafe(reader.feed_data, data)
                gate.open.wait()
            loop.call_soon_threadsafe(reader.feed_eof)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    return reader


class _Gate(asyncio.ReadTransport):
    """Keeps the thread from reading faster than messages are taken."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()

    def pause_reading(self) -> None:
        self.open.clear()

    def resume_reading(self) -> None:
        self.open.set()


async def _orphaned(parent: Callable[[], int | None]) -> None:
    """Return once the client's process is gone."""
    while not (process := parent()) or _is_alive(process):
        await asyncio.sleep(WATCH_S)
    logger.warning("the client's process %s is gone", process)


async def _tidied(tidy: Callable[[], None]) -> None:
    """Tidy for ever."""
    while True:
        await asyncio.sleep(TIDY_S)
        tidy()


def _is_alive(process: int) -> bool:
    if sys.platform == "win32" or process < 0:
        return True  # there, asking would end it; its end of the pipe tells
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it is there, and another user's
    return True


def _log_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what failed outside of any task, but for what is none.

    anyio sets a future when a Unix socket is ready, a moment after that future was cancelled
    (`_wait_until_readable`); nobody waits for it any more.
    """
    if not isinstance(context.get("exception"), asyncio.InvalidStateError):
        loop.default_exception_handler(context)
