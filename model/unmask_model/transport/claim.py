"""Whose turn it is to put a socket or a file somewhere: one process at a time looks and replaces.

Between "nobody listens there" and "now I do" another process may have done the same; both would
then serve, and one of them could be reached by nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from unmask_model.protocol.errors import EngineBusy, EngineClosed

CLAIM_S = 5.0
"""Seconds another process may take to open its listener."""


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Have `path` to oneself, in a private folder that is made if need be.

    The lock is an empty file beside it, which stays: to remove it would let two in. Raises
    EngineBusy where another process keeps it, EngineClosed where the folder cannot be used.
    """
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=CLAIM_S)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise EngineBusy(f"another engine is opening {path}; use it, or end it") from error
    except OSError as error:
        raise EngineClosed(f"cannot listen on {path}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
