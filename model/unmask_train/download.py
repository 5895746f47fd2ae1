"""Wheels from the package index into a folder, one `pip download` each.

No code of a package is run: source distributions, whose metadata would need their build scripts,
are refused, and wheels are neither installed nor imported. A wheel that is there already is not
fetched again, so a stopped download goes on where it was. What fails is reported, not raised.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from unmask_train.packages import Package

_PARALLEL = 3
"""Downloads at a time: they wait for the network, not for the processor."""
_TIMEOUT_S = 600
_TARGET_PYTHON = "3.13"
"""Wheels are chosen for this Python, so that a list means the same files on every machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What became of one package."""

    package: Package
    """What was asked for."""
    wheel: Path | None
    """The file; None if no wheel could be had."""
    reason: str = ""
    """Why there is no wheel, in one line."""


def download_wheels(packages: Sequence[Package], folder: Path) -> Iterator[Download]:
    """Fetch a wheel of each package, in the order of `packages`."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_PARALLEL) as pool:
        yield from pool.map(lambda package: _download(package, folder), packages)


def find_wheel(package: Package, folder: Path) -> Path | None:
    """Give the wheel of a package that lies in a folder, if one does."""
    for path in sorted(folder.glob("*.whl")):
        try:
            name, version, _, _ = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if name == package.name and package.version in ("", str(version)):
            return path
    return None


def _download(package: Package, folder: Path) -> Download:
    if wheel := find_wheel(package, folder):
        return Download(package=package, wheel=wheel)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--python-version", _TARGET_PYTHON]
    command += ["--dest", str(folder), package.requirement]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return Download(package=package, wheel=None, reason=f"no answer in {_TIMEOUT_S} s")
    wheel = find_wheel(package, folder)
    reason = "" if wheel else (run.stderr.strip().splitlines() or ["pip gave no wheel"])[-1]
    return Download(package=package, wheel=wheel, reason=reason)
