"""SHA-256 of large files, read once and remembered while size and time of change stay the same."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.progress import Progress, silent

CHUNK = 1 << 22


def sha256_of(path: Path, progress: Progress = silent) -> str:
    """Read the whole file and hash it."""
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            progress("checking", done, total)
    return digest.hexdigest()


def known_sha256(path: Path, cache: Cache, progress: Progress = silent) -> str:
    """The file's hash, from memory if the file has not changed since it was last read."""
    stat = path.stat()
    state = {"path": str(path.resolve()), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    memory = cache.remembered_hash(path)
    known = _read(memory)
    if {key: known.get(key) for key in state} == state:
        return str(known["sha256"])
    digest = sha256_of(path, progress)
    with suppress(OSError):  # a cache that cannot be written only means to read the file again
        _write(memory, state | {"sha256": digest})
    return digest


def _write(memory: Path, known: dict[str, object]) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    partial = memory.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(known), encoding="utf-8")
    partial.replace(memory)


def _read(memory: Path) -> dict[str, object]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and "sha256" in known else {}
