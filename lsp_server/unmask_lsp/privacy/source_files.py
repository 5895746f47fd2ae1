"""The source files of a workspace that may be shown to a model, the nearest to somewhere first."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from unmask_lsp.privacy.workspace import LARGEST_FILE, Workspace

MOST_FILES = 20_000
"""Most files that are taken."""
MOST_BYTES = 20_000_000
"""Most bytes that are taken: about as much as an engine remembers."""
MOST_SEEN = 200_000
"""Most files that are looked at."""
SKIPPED = frozenset({"node_modules", "__pycache__"})
"""Folders that hold nobody's own work; so do those that begin with a dot, and environments."""
PAUSE_S = 0.002
"""Seconds of rest after each folder, and after AT_ONCE files: nobody waits for this."""
AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFile:
    """A file that may be read."""

    path: Path
    name: str
    """Its path from the root, with forward slashes."""
    stamp: str
    """Changes when the file does."""
    size: int
    """Its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What was found below a root."""

    files: tuple[RepositoryFile, ...]
    """Files that are taken, the nearest first."""
    left_out: int
    """Files that were not looked at more closely, for want of room."""


def source_files(
    workspace: Workspace, root: Path, endings: frozenset[str], near: Iterable[Path]
) -> Listing:
    """List the files below `root` that end like source, those close to the folders `near` first."""
    found = list(_found(workspace, root, endings))
    folders = [folder.relative_to(root).parts for folder in near if folder.is_relative_to(root)]
    found.sort(key=lambda file: (_steps(file.name, folders), file.name))
    taken: list[RepositoryFile] = []
    room = MOST_BYTES
    for number, file in enumerate(found):
        if len(taken) == MOST_FILES or file.size > room:
            return Listing(files=tuple(taken), left_out=len(found) - number)
        if workspace.is_open_to_all(file.path):
            taken.append(file)
            room -= file.size
        if number % AT_ONCE == 0:
            time.sleep(PAUSE_S)
    return Listing(files=tuple(taken), left_out=0)


def _found(workspace: Workspace, root: Path, endings: frozenset[str]) -> Iterator[RepositoryFile]:
    """Yield files of folders that are not private; whether a file is, is looked at later."""
    seen = 0
    for top, folders, names in os.walk(root):
        folder = Path(top)
        folders[:] = sorted(name for name in folders if _is_wanted(workspace, folder / name))
        for name in names:
            if os.path.splitext(name)[1] in endings:
                yield from _file(root, folder / name)
        seen += len(names)
        if seen > MOST_SEEN:
            return
        time.sleep(PAUSE_S)


def _is_wanted(workspace: Workspace, folder: Path) -> bool:
    if folder.name in SKIPPED or folder.name.startswith("."):
        return False
    if (folder / "pyvenv.cfg").exists():
        return False
    return not workspace.is_private(folder / "any file")


def _file(root: Path, path: Path) -> Iterator[RepositoryFile]:
    try:
        status = path.stat()
    except OSError:
        return  # it is gone, or a link to nowhere
    if 0 < status.st_size <= LARGEST_FILE:
        name, stamp = path.relative_to(root).as_posix(), f"{status.st_mtime_ns} {status.st_size}"
        yield RepositoryFile(path=path, name=name, stamp=stamp, size=status.st_size)


def _steps(name: str, folders: list[tuple[str, ...]]) -> int:
    """Count the folders between a file and the nearest of some folders."""
    parts = tuple(name.split("/")[:-1])
    return min((_apart(parts, folder) for folder in folders), default=len(parts))


def _apart(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    pairs = zip(one, other, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return len(one) + len(other) - 2 * shared
