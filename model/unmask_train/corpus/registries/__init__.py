"""Where packages come from: one module a registry, each of the same two functions.

`command` gives the ordinary client's command that saves one package in the working folder without
running any of its code; `open_archive` reads the largest file that was saved, or raises
ArchiveInvalid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unmask_train.corpus.archive import Archive
from unmask_train.corpus.registries import debian, debian_source, npm, pypi


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """How packages of one registry are fetched and read."""

    command: Callable[[str, str], list[str]]
    """Name and version (empty: newest) to the command that saves the package."""
    open_archive: Callable[[Path], Archive]
    """Reads a saved package; the path is that of the largest file the command saved."""


REGISTRIES = {
    "pypi": Registry(command=pypi.command, open_archive=pypi.open_archive),
    "npm": Registry(command=npm.command, open_archive=npm.open_archive),
    "debian": Registry(command=debian.command, open_archive=debian.open_archive),
    "debian-source": Registry(
        command=debian_source.command, open_archive=debian_source.open_archive
    ),
}
