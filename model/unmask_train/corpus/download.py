"""Packages from their registries into a folder, one run of the registry's client each.

Only saves: nothing is installed, built, imported or run. A package that is there already is not
fetched again, so a stopped download goes on where it was. What fails is reported, not raised.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from unmask_train.corpus.packages import Package
from unmask_train.corpus.registries import REGISTRIES

_PARALLEL = 3
"""Downloads at a time: they wait for the network, not for the processor."""
_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What became of one package."""

    package: Package
    """What was asked for."""
    path: Path | None
    """The archive, the largest file that was saved; None if nothing could be had."""
    reason: str = ""
    """Why there is no archive, in one line."""


def download(packages: Sequence[Package], folder: Path) -> Iterator[Download]:
    """Fetch the packages, in their order."""
    with ThreadPoolExecutor(_PARALLEL) as pool:
        yield from pool.map(partial(_download, folder=folder), packages)


def _download(package: Package, folder: Path) -> Download:
    release = f"{package.name.replace('/', '+')}@{package.version or 'newest'}"
    home = folder / package.registry / release
    if home.is_dir():
        return Download(package=package, path=_largest(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="partial-") as scratch:
        saved = Path(scratch) / "saved"
        saved.mkdir()
        if reason := _run(package, saved):
            return Download(package=package, path=None, reason=reason)
        saved.rename(home)
    return Download(package=package, path=_largest(home))


def _largest(folder: Path) -> Path:
    return max(folder.iterdir(), key=lambda path: path.stat().st_size)


def _run(package: Package, folder: Path) -> str:
    """Save the package in an empty folder; give the reason if it is not all there afterwards."""
    command = REGISTRIES[package.registry].command(package.name, package.version)
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if run.returncode == 0 and any(folder.iterdir()):
        return ""
    said = run.stderr.strip().splitlines()
    return said[-1] if said else f"{command[0]} saved nothing"
