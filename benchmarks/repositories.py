"""Repositories as texts by path: packages of a list, fetched from their registries, or folders.

Nothing of a package is unpacked, imported or run. A folder that git knows gives the files git does.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from unmask_lsp.privacy.workspace import LARGEST_FILE
from unmask_lsp.syntax.languages import PLAIN, language_of
from unmask_model.protocol.errors import DownloadFailed
from unmask_train.corpus.download import download
from unmask_train.corpus.packages import read_packages
from unmask_train.corpus.registries import REGISTRIES

COPIED = 0.7
"""Share of a file's lines that makes another file a copy of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The source files of a project."""

    name: str
    """The project."""
    texts: Mapping[str, str]
    """Each file by its path."""


def packages(listed: Path, cache: Path) -> list[Repository]:
    """Return the packages of a list (TSV); they are downloaded once."""
    found = []
    for one in download(read_packages(listed), cache):
        if one.path is None:
            raise DownloadFailed(f"{one.package.name}: {one.reason}")
        archive = REGISTRIES[one.package.registry].open_archive(one.path)
        texts = {document.path: document.text for document in archive.documents()}
        found.append(Repository(name=archive.name, texts=_small(texts)))
    return found


def folder(root: Path) -> Repository:
    """Return the source files of a folder that are under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True
    )
    names = [name for name in listed.stdout.split("\0") if language_of("", name) != PLAIN]
    texts = {name: (root / name).read_bytes().decode("utf-8", "replace") for name in names}
    return Repository(name=root.resolve().name, texts=_small(texts))


def copies(name: str, texts: Mapping[str, str]) -> list[str]:
    """Return the files that hold most of the lines of one, other than itself."""
    wanted = _lines(texts[name])
    shared = {other: len(wanted & _lines(text)) for other, text in texts.items() if other != name}
    return [other for other, count in shared.items() if count >= COPIED * len(wanted)]


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if len(line.strip()) > 3}


def _small(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if 0 < len(text.encode()) <= LARGEST_FILE}
