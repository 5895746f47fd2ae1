"""Brings a base model's file into the cache: from the first source that has the right bytes.

Nothing is believed: a file counts only if its size and SHA-256 are the publisher's, and appears
under its name only then.
"""

import os
import shutil
from pathlib import Path

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.bases import Base
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.file_hash import known_sha256, sha256_of
from unmask_model.weights.sources.progress import Progress, silent
from unmask_model.weights.sources.source import Source

NO_MIRROR = "UNMASK_NO_MIRROR"
"""Environment variable that forbids mirrors altogether when it is set and not empty."""

SPACE_FACTOR = 4
"""Free space wanted, in sizes of the file: its parts, their join, and a converted copy of two."""


def cached_file(base: Base, cache: Cache, progress: Progress = silent) -> Path | None:
    """The base's file if it is in the cache and right; None if it must be fetched.

    A file with other bytes than the publisher's is removed.
    """
    path = cache.base(base.name) / base.file
    if not path.is_file():
        return None
    if path.stat().st_size == base.size and known_sha256(path, cache, progress) == base.sha256:
        return path
    progress(f"{path} is damaged, fetching it again", 0, 0)
    path.unlink()
    return None


def fetch(base: Base, cache: Cache, *, mirrors: bool = True, progress: Progress = silent) -> Path:
    """Return the base's file, fetched if it is not in the cache; processes wait for each other.

    Raises DownloadFailed when no source that is allowed can be reached, WeightsInvalid when the
    last one gave other bytes than the publisher's. What is half downloaded stays for next time.
    """
    with cache.locked(base.name, progress):
        found = cached_file(base, cache, progress)
        if found is not None:
            return found
        cache.require_space(SPACE_FACTOR * base.size)
        return _from_first_source(base, cache, mirrors and not os.environ.get(NO_MIRROR), progress)


def _from_first_source(base: Base, cache: Cache, mirrors: bool, progress: Progress) -> Path:
    failures: list[DownloadFailed | WeightsInvalid] = []
    for source in base.sources:
        if source.is_mirror and not mirrors:
            failures.append(DownloadFailed("mirrors are forbidden"))
            continue
        try:
            return _from(source, base, cache, progress)
        except (DownloadFailed, WeightsInvalid) as error:
            progress(str(error), 0, 0)
            failures.append(error)
    reasons = "; ".join(map(str, failures))
    raise type(failures[-1])(
        f"no source has {base.file}: {reasons}. Check the network, or name a file with --model PATH"
    )


def _from(source: Source, base: Base, cache: Cache, progress: Progress) -> Path:
    target = cache.base(base.name) / base.file
    unfinished = target.parent / "unfinished"
    folder = unfinished / ("mirror" if source.is_mirror else "publisher")
    folder.mkdir(parents=True, exist_ok=True)
    progress(f"fetching {base.file} from {source.origin}", 0, 0)
    try:
        file = source.download(folder, base.size, progress)
        _require_publishers_bytes(file, base, source, progress)
    except WeightsInvalid:
        shutil.rmtree(folder)  # nothing of it can be used
        raise
    except OSError as error:
        raise DownloadFailed(f"cannot write below {folder} ({error})") from error
    _write_notice(base, source, target.parent)
    file.replace(target)
    shutil.rmtree(unfinished)
    return target


def _require_publishers_bytes(file: Path, base: Base, source: Source, progress: Progress) -> None:
    size = file.stat().st_size
    if size != base.size:
        raise WeightsInvalid(
            f"{source.origin} gave {size} bytes, the publisher's file has {base.size}; removed"
        )
    digest = sha256_of(file, progress)
    if digest != base.sha256:
        raise WeightsInvalid(
            f"{source.origin} gave a file with SHA-256 {digest[:12]}…, the publisher's has"
            f" {base.sha256[:12]}…; removed"
        )


def _write_notice(base: Base, source: Source, folder: Path) -> None:
    publisher = base.sources[0].origin
    (folder / "NOTICE.txt").write_text(
        f"{base.file}\n"
        f"Made by {base.publisher}, licensed under {base.licence}"
        f" (https://spdx.org/licenses/{base.licence}.html).\n"
        f"Published at {publisher}\n"
        f"Fetched from {source.origin}\n"
        f"SHA-256 {base.sha256}\n",
        encoding="utf-8",
    )
