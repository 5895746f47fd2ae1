"""What git itself says of a path: its own rules, the user's, nested ones, and what it tracks.

One process a repository answers (`git check-ignore --stdin`), and a new one takes its place now and
then, since it reads the rules once. Nothing that a repository configures is run by it.
"""

import os
import select
import shutil
import subprocess
import sys
import threading
import weakref
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from time import monotonic

ASK = ("check-ignore", "--stdin", "-z", "--verbose", "--non-matching")
HARMLESS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "--no-optional-locks")
OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
"""A partial clone's rules may be missing, and be fetched by a program that it names itself."""
RENEW_S = 3.0
"""Seconds after which rules, and what is tracked, are read anew."""
FAILED_S = 60.0
"""Seconds after which git is asked again where it failed."""
ANSWER_S = 2.0
"""Seconds git has to answer; a repository where it has not is left to our own reading."""
MOST_REPOSITORIES = 8
"""Processes that are kept."""
FIELDS = 4
"""Parts of an answer: file, line and pattern of the rule, and the path."""


class Git:
    """The repositories that were asked of late; threads may share it."""

    def __init__(self) -> None:
        found = shutil.which("git")
        self._program = found if found and os.path.isabs(found) else None
        self._repositories: OrderedDict[Path, _Repository] = OrderedDict()
        self._lock = threading.Lock()

    def rule(self, path: Path, top: Path) -> str | None:
        """Say by which rule a path is ignored; empty if by none, None where git does not say."""
        with self._lock:
            return self._repository(self._program, top).ask(path) if self._program else None

    def _repository(self, program: str, top: Path) -> "_Repository":
        known = self._repositories.get(top)
        if known is None or known.is_stale:
            known = self._repositories[top] = _Repository(program, top)
        self._repositories.move_to_end(top)
        while len(self._repositories) > MOST_REPOSITORIES:
            self._repositories.popitem(last=False)
        return known


class _Repository:
    """One process, which ends with this object."""

    def __init__(self, program: str, top: Path) -> None:
        self._top = top
        self._until = monotonic() + RENEW_S
        self._failed = False
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._process = subprocess.Popen(
            [program, *HARMLESS, "-C", str(top), *ASK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=own | OFFLINE,
        )
        weakref.finalize(self, _end, self._process)

    @property
    def is_stale(self) -> bool:
        return monotonic() >= self._until

    def ask(self, path: Path) -> str | None:
        """Say by which rule a path is ignored; None, and for a while, where git fails."""
        told = None if self._failed else self._told(path)
        if told is None:
            if not self._failed:
                self._failed, self._until = True, monotonic() + FAILED_S
            return None
        file, _, pattern = (os.fsdecode(field) for field in told.split(b"\0")[:3])
        return f"`{pattern}` in {file}" if file and pattern[:1] != "!" else ""

    def _told(self, path: Path) -> bytes | None:
        process, told = self._process, b""
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(os.fsencode(path.relative_to(self._top)) + b"\0")
            while told.count(b"\0") < FIELDS:
                if not _is_ready(process.stdout.fileno()):
                    return None
                part = os.read(process.stdout.fileno(), 65536)
                if not part:
                    return None
                told += part
        except (OSError, ValueError):
            return None
        return told


def _is_ready(pipe: int) -> bool:
    if sys.platform == "win32":
        return True  # pipes cannot be waited for there
    return bool(select.select([pipe], [], [], ANSWER_S)[0])


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
