"""Where this user's weights live, and who may write there now.

bases/<name>/               a publisher's file, its notice, and unfinished downloads
converted/<hash>-<format>/  the copy that loads fast, by the SHA-256 of what it was made from
models/<name>/              an open diffusion model, fetched by name or put there by hand
unfinished/<name>/<commit>/ what was fetched of such a model so far
hashes/                     SHA-256 of files that were read once, valid while they do not change
locks/                      one lock for every name that is being written
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from unmask_model.protocol.errors import DownloadFailed
from unmask_model.weights.sources.progress import Progress, silent

VARIABLE = "UNMASK_CACHE"
FORMAT = 1
"""Raised when the converter writes something else, so that old copies are made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """One folder of weights, safe to share between processes."""

    root: Path
    """The folder; made when something is written."""

    @classmethod
    def of_user(cls) -> "Cache":
        """The folder named by UNMASK_CACHE, else the platform's cache folder for Unmask."""
        named = os.environ.get(VARIABLE)
        root = Path(named).expanduser() if named else user_cache_path("unmask", appauthor=False)
        return cls(root=root.absolute())

    def base(self, name: str) -> Path:
        """Folder of a base model's published file."""
        return self.root / "bases" / name

    def converted(self, sha256: str) -> Path:
        """Folder of the converted copy of the file with this hash."""
        return self.root / "converted" / f"{sha256[:16]}-{FORMAT}"

    @property
    def models(self) -> Path:
        """Folder of open models: one folder a model, as its publisher laid it out."""
        return self.root / "models"

    def model(self, name: str) -> Path:
        """Folder of an open model that was fetched by name."""
        return self.models / name

    def unfinished(self, name: str) -> Path:
        """Folder of what was fetched so far of an open model."""
        return self.root / "unfinished" / name

    def remembered_hash(self, path: Path) -> Path:
        """File that remembers the hash of `path`."""
        key = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
        return self.root / "hashes" / f"{key[:32]}.json"

    @contextmanager
    def locked(self, name: str, progress: Progress = silent) -> Iterator[None]:
        """Hold the lock of `name`; another process that holds it is waited for.

        Raises DownloadFailed where this user may not write.
        """
        lock = FileLock(self._writable("locks") / f"{name}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            progress(f"waiting for another process that prepares {name}", 0, 0)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def require_space(self, needed: int) -> None:
        """Raise DownloadFailed unless `needed` bytes are free where the cache is."""
        free = shutil.disk_usage(self._writable(".")).free
        if free < needed:
            raise DownloadFailed(
                f"{self.root} has {free / 1e9:.1f} GB free, {needed / 1e9:.1f} GB are needed;"
                f" free some, or set {VARIABLE} to another folder"
            )

    def _writable(self, name: str) -> Path:
        folder = self.root / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DownloadFailed(
                f"{folder} cannot be made ({error.strerror}); set {VARIABLE} to another folder"
            ) from error
        return folder
