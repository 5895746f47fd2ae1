"""The counts of a user, in one file that people can read and remove; nothing is ever sent.

All servers of a user add to the same file, so it is locked while it is changed, and replaced as a
whole.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from platformdirs import user_state_path
from pydantic import TypeAdapter, ValidationError

from unmask_lsp.stats.counts import Counts
from unmask_model.protocol.errors import StateUnusable

VARIABLE = "UNMASK_STATE"
"""Environment variable that names the folder of the file."""
LOCK_S = 2.0
"""Seconds to wait for another server that has the file."""

_ADAPTER = TypeAdapter(Counts)


class StatsFile:
    """Counts on disk; whatever is done with them may wait, and may raise StateUnusable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path.with_suffix(".lock"), timeout=LOCK_S, thread_local=False)

    @classmethod
    def of_user(cls) -> "StatsFile":
        """The file in the user's state folder, or where the environment says."""
        given = os.environ.get(VARIABLE)
        folder = Path(given).expanduser() if given else user_state_path("unmask")
        return cls(folder / "stats.json")

    def read(self) -> Counts:
        """All counts; a file that holds something else is put aside."""
        with self._reached():
            try:
                return _ADAPTER.validate_json(self.path.read_bytes())
            except FileNotFoundError:
                return Counts()
            except ValidationError:
                self.path.replace(self.path.with_suffix(".broken"))
                return Counts()

    def add(self, counts: Counts) -> None:
        """Add counts to those in the file, under its lock; raises StateUnusable."""
        with self._reached():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                total = self.read()
                total.add(counts)
                fresh = self.path.with_suffix(".new")
                with fresh.open("wb") as file:
                    file.write(_ADAPTER.dump_json(total, indent=1))
                    file.flush()
                    os.fsync(file.fileno())  # else a power cut leaves an empty file of that name
                fresh.replace(self.path)

    def erase(self) -> None:
        """Forget all counts."""
        with self._reached():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                self.path.unlink(missing_ok=True)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # a lock that others keep is one too
            raise StateUnusable(
                f"{self.path} cannot be used ({error}); free some space, or set {VARIABLE} to"
                " another folder"
            ) from error
