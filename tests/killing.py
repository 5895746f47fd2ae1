"""Processes that are killed at random moments, as a system that runs out of memory does it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]


def killed_again_and_again(
    program: str, *arguments: object, times: int, most_s: float
) -> Iterator[str]:
    """Start a program `times` times, kill it at a random moment after its first line.

    Yields what it said each time. It must say something once it has begun, and go on for ever.
    """
    random = Random(1)
    path = os.pathsep.join(str(ROOT / part) for part in ("lsp_server", "model", "tests"))
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )
        assert process.stdout
        first = process.stdout.readline()
        assert first, "it did not begin"
        time.sleep(random.random() * most_s)
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        yield first + rest
