"""Runs generated programs, each in a process of its own that can do little harm.

A judge, a small Python process without torch, forks once a program. The fork has an empty working
folder, two gigabytes, a few seconds, no right to start processes or to write files, and no free
file descriptor: so it can open neither a file nor a connection. Modules are imported before the
fork; a program cannot import others. If the judge is root, the fork becomes nobody. This stops
the accidents of a code model, not malice, and it needs Linux.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import NoReturn

MODULES = (
    *("bisect", "cmath", "collections", "copy", "datetime", "decimal", "fractions", "functools"),
    *("hashlib", "heapq", "itertools", "json", "math", "operator", "queue", "random", "re"),
    *("statistics", "string", "sys", "time", "traceback", "typing"),
)
"""What a program can import; HumanEval asks for no others."""
LIMITS = {
    resource.RLIMIT_AS: 2 << 30,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_CPU: 4,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 3,
    resource.RLIMIT_NPROC: 0,
}
WALL_SECONDS = 8.0
"""For programs that sleep; most that fail to end are stopped by their processor time."""
PASSED = 77
"""Exit status of a program that came to its end; nobody exits with it by accident."""
NOBODY = 65534

EndsWell = Callable[[str], bool]
"""Whether a program ends without an error."""


@contextmanager
def judge(seconds: float = WALL_SECONDS) -> Iterator[EndsWell]:
    """Give a function that runs a program for at most `seconds`; the judge ends with the block."""
    command, pipe = [sys.executable, "-I", __file__, str(seconds)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        told, answers = process.stdin, process.stdout
        assert told is not None
        assert answers is not None

        def ends_well(program: str) -> bool:
            told.write(json.dumps(program) + "\n")
            told.flush()
            return bool(json.loads(answers.readline()))

        try:
            yield ends_well
        finally:
            told.close()


def _serve(seconds: float) -> None:
    """Judge programs, a JSON string a line, until there are no more."""
    for module in MODULES:
        import_module(module)
    for line in sys.stdin:
        with tempfile.TemporaryDirectory() as folder:
            verdict = _ends_well(json.loads(line), folder, seconds)
            sys.stdout.write(json.dumps(verdict) + "\n")
            sys.stdout.flush()


def _ends_well(program: str, folder: str, seconds: float) -> bool:
    child = os.fork()
    if not child:
        _run(program, folder, seconds)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == PASSED


def _run(program: str, folder: str, seconds: float) -> NoReturn:
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)  # nobody handles it: the end
        _give_up_rights(folder)
        exec(compile(program, "program", "exec"), {"__name__": "program"})
        os._exit(PASSED)
    finally:  # whatever the program raised, SystemExit too: nothing behind the fork may go on
        os._exit(1)


def _give_up_rights(folder: str) -> None:
    os.chdir(folder)
    # A benchmark may have real-time priority; no limit reaches a program that never waits there.
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


if __name__ == "__main__":
    _serve(float(sys.argv[1]))
