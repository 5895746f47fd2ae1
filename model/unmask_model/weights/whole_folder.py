"""A folder that is there whole or not at all; one that was damaged since is told and removed.

What is made from other files can be made again. A list of what was written, in the folder, says
whether all of it is as it was: sizes, and hashes of what is read in a moment.
"""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unmask_model.protocol.errors import DownloadFailed
from unmask_model.weights.sources.cache import VARIABLE
from unmask_model.weights.sources.progress import Progress, silent

LIST = "written.json"
"""File that lists what was written."""
HASHED = 32_000_000
"""Bytes of the largest file whose hash is looked at, and not only its size."""

_log = logging.getLogger(__name__)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into, which becomes `folder` at the end if nothing was raised.

    Raises DownloadFailed where it cannot be written.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        yield partial
        written = {path.name: _state(path) for path in sorted(partial.iterdir())}
        (partial / LIST).write_text(json.dumps(written, indent=1), encoding="utf-8")
        for path in partial.iterdir():
            _flush(path)
        os.replace(partial, folder)
    except OSError as error:
        raise DownloadFailed(
            f"cannot write {folder} ({error}); free some space, or set {VARIABLE} to another folder"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def is_whole(folder: Path) -> bool:
    """Return whether a folder is as it was written; without a list, whether nothing is empty."""
    if not folder.is_dir():
        return False
    try:
        written = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return all(_state(folder / name) == state for name, state in written.items())
    except FileNotFoundError:
        sizes = [path.stat().st_size for path in folder.iterdir() if path.name != LIST]
        return bool(sizes) and all(sizes) and not (folder / LIST).exists()
    except (OSError, ValueError, AttributeError):
        return False


def remove_damaged(folder: Path, progress: Progress = silent) -> None:
    """Remove a folder that is not as it was written; hold its lock. Raises DownloadFailed."""
    if not folder.is_dir() or is_whole(folder):
        return
    _log.warning("%s is damaged; it is made again", folder)
    progress("a damaged copy is made again", 0, 0)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise DownloadFailed(f"{folder} is damaged, and cannot be removed ({error})") from error


def _state(path: Path) -> list[object]:
    """What a file has to be: its size, and the hash of a small one."""
    size = path.stat().st_size
    if size > HASHED:
        return [size]
    return [size, hashlib.sha256(path.read_bytes()).hexdigest()]


def _flush(path: Path) -> None:
    """Have the disk hold what was written, so that a power cut leaves no whole-looking copy."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
