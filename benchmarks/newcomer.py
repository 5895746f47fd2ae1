"""Somebody with an empty home, who follows a README: what each step takes and brings."""

import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console

CACHES = (".cache/pip", ".npm")
"""What only makes the same step faster the next time."""
NEVER = "never"
"""The note of a step whose end did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing a newcomer does."""

    name: str
    seconds: float
    """NaN: it never came."""
    processor_s: float
    """Seconds of a processor that commands took; not those of what they left running."""
    kept_mb: float
    """What stays in the home because of it."""
    cached_mb: float
    """What it left in the caches of pip and npm."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody with an empty home."""

    home: Path
    steps: list[Step] = field(default_factory=list)

    @property
    def clone(self) -> Path:
        """Return where the repository goes."""
        return self.home / "unmask"

    @property
    def environment(self) -> dict[str, str]:
        """Return what a shell has there: the machine's proxies and certificates, nothing else."""
        own = ("PYTHON", "VIRTUAL_ENV", "UNMASK_", "XDG_", "GIT_DIR")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        python = Path(sys.executable).resolve().parent
        path = os.pathsep.join([f"{self.home}/.local/bin", str(python), "/usr/bin", "/bin"])
        weights = str(self.home / ".cache" / "unmask")  # Neovim gets cache folders of its own
        return kept | {"HOME": str(self.home), "PATH": path, "UNMASK_CACHE": weights}

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time what is done; notes go into the list, NEVER for what did not come."""
        before, worked, notes = self._megabytes(), _processor_s(), list[str]()
        started = time.monotonic()
        yield notes
        seconds = math.nan if NEVER in notes else time.monotonic() - started
        kept, cached = (now - old for now, old in zip(self._megabytes(), before, strict=True))
        step = Step(
            name=name,
            seconds=seconds,
            processor_s=_processor_s() - worked,
            kept_mb=kept,
            cached_mb=cached,
            note=", ".join(notes),
        )
        self.steps.append(step)
        Console(stderr=True).print(self.steps[-1])

    def does(self, name: str, command: str) -> None:
        """Run a command of a README in the clone, as a step."""
        with self.step(name):
            where = self.clone if self.clone.exists() else self.home
            subprocess.run(
                ["bash", "-c", command], cwd=where, env=self.environment, check=True, stdout=2
            )

    def leave(self) -> None:
        """End the engines, servers and whatever else runs for this home."""
        for process in psutil.process_iter():
            try:
                if process.environ().get("HOME") == str(self.home):
                    process.kill()
            except psutil.Error:
                continue

    def page(self, folder: str) -> str:
        """Return the README of a folder of the clone."""
        return (self.clone / folder / "README.md").read_text(encoding="utf-8")

    def project(self) -> Path:
        """Return a folder with an empty file, under version control."""
        project = self.home / "project"
        (project / ".git").mkdir(parents=True, exist_ok=True)
        (project / "rectangle.py").write_text("")
        return project

    def _megabytes(self) -> tuple[float, float]:
        cached = sum(_size(self.home / name) for name in CACHES)
        return (_size(self.home) - cached) / 1e6, cached / 1e6


def _processor_s() -> float:
    """Return what this process's children have taken that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _size(folder: Path) -> int:
    """Return the bytes that a folder takes on disk, what is linked twice counted once."""
    seen = set[tuple[int, int]]()
    total = 0
    for where, _, files in os.walk(folder):
        for name in files:
            try:
                found = os.lstat(os.path.join(where, name))
            except OSError:
                continue
            if (found.st_dev, found.st_ino) not in seen:
                seen.add((found.st_dev, found.st_ino))
                total += found.st_blocks * 512
    return total
