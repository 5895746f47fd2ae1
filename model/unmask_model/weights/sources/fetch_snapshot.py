"""Brings the files of one commit of the model hub into the cache, each checked, all or nothing.

A file is moved to its place once its bytes are those that the hub states; the folder gets its name
once all are there. What was fetched before an interruption stays for the next try of that commit.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.hub_snapshot import HubSnapshot, SnapshotFile
from unmask_model.weights.sources.progress import Progress, silent

RECORD = "SOURCE.json"
"""Says in the folder of a model where its files are from."""


def fetch_snapshot(
    name: str, snapshot: HubSnapshot, cache: Cache, progress: Progress = silent
) -> Path:
    """Return the folder of the model called `name`, fetched if it is not in the cache.

    Raises DownloadFailed where the hub cannot be reached or the disk is full, WeightsInvalid where
    the hub gives other bytes than it states.
    """
    with cache.locked(f"model-{name}", progress):
        folder = cache.model(name)
        if folder.exists():
            return folder
        unfinished = cache.unfinished(name)
        try:
            checked = _fetched(snapshot, unfinished / snapshot.commit, cache, progress)
            (checked / RECORD).write_text(json.dumps(asdict(snapshot), indent=2) + "\n")
            folder.parent.mkdir(parents=True, exist_ok=True)
            checked.replace(folder)
            shutil.rmtree(unfinished)
        except OSError as error:
            raise DownloadFailed(f"cannot write {error.filename or folder} ({error})") from error
        return folder


def commit_of(folder: Path) -> str | None:
    """Return the commit that a model's folder was fetched at; None if it was put there by hand."""
    try:
        return str(json.loads((folder / RECORD).read_text(encoding="utf-8"))["commit"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fetched(snapshot: HubSnapshot, folder: Path, cache: Cache, progress: Progress) -> Path:
    """The folder with every file of the commit, each with the stated bytes."""
    parts, checked = folder / "parts", folder / "checked"
    for each in (parts, checked):
        each.mkdir(parents=True, exist_ok=True)
    cache.require_space(snapshot.size - _bytes_in(parts) - _bytes_in(checked))
    done = 0
    for file in snapshot.files:
        if not (checked / file.name).is_file():
            part = _part(snapshot, file, parts, _within(progress, done, snapshot.size))
            part.replace(checked / file.name)
        done += file.size
    return checked


def _part(snapshot: HubSnapshot, file: SnapshotFile, parts: Path, progress: Progress) -> Path:
    source = snapshot.source(file)
    part = source.download(parts, file.size, progress)
    if not file.is_right(part, progress):
        part.unlink()
        raise WeightsInvalid(
            f"{source.url} gave other bytes than the hub states ({file.size} bytes,"
            f" {file.digest[:19]}…); removed, run the same command to fetch it again"
        )
    return part


def _within(progress: Progress, before: int, total: int) -> Progress:
    """Report bytes of one file as bytes of all."""
    return lambda stage, done, _of_file: progress(stage, before + done, total)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
