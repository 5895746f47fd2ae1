"""A folder that is there whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unmask_model.protocol.errors import DownloadFailed
from unmask_model.weights.sources.cache import VARIABLE


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
        for path in partial.iterdir():
            _flush(path)
        os.replace(partial, folder)
    except OSError as error:
        raise DownloadFailed(
            f"cannot write {folder} ({error}); free some space, or set {VARIABLE} to another folder"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _flush(path: Path) -> None:
    """Have the disk hold what was written, so that a power cut leaves no whole-looking copy."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
