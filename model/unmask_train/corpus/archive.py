"""A downloaded package as texts in memory: what it is, and the source files it holds.

Nothing is unpacked to disk, imported or run. Each registry knows how its archives are read; from
here on all packages are alike.
"""

import hashlib
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from unmask_lsp.syntax.languages import language_of
from unmask_model.protocol.errors import UnmaskError
from unmask_train.corpus.corpus import Document

Member = tuple[str, bytes]
"""Path inside the archive, and what is there."""


class ArchiveInvalid(UnmaskError):
    """A file is not the archive it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A package on disk that has proved readable."""

    path: Path
    name: str
    """Name of the package, by its own word."""
    version: str
    """Version, by its own word."""
    licence: str
    """SPDX expression; empty if the package states none that is understood."""
    sources: Callable[[], Iterator[Member]]
    """Reads the source files: those that people wrote, as far as paths can tell."""

    def sha256(self) -> str:
        """Hash of the whole file, as registries publish it."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def documents(self) -> Iterator[Document]:
        r"""Decode the source files, line ends as `\n`.

        What is not UTF-8 comes with replacement characters, for a filter to refuse.
        """
        for path, raw in self.sources():
            text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
            language = language_of("", path).id
            yield Document(package=self.name, path=path, language=language, text=text)


def read_zip(path: Path, wanted: Callable[[str], object]) -> Iterator[Member]:
    """Read the wanted members of a zip file; ArchiveInvalid if it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in filter(wanted, archive.namelist()):
                yield name, archive.read(name)
    except (OSError, zlib.error, zipfile.BadZipFile) as error:
        raise ArchiveInvalid(f"{path} is not a readable zip; delete it and retry") from error


def read_tar(path: Path, wanted: Callable[[str], object]) -> Iterator[Member]:
    """Read the wanted regular files of a tar file of any compression; ArchiveInvalid if none."""
    try:
        with tarfile.open(path) as archive:
            for entry in archive:
                if entry.isfile() and wanted(entry.name) and (file := archive.extractfile(entry)):
                    yield entry.name, file.read()
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise ArchiveInvalid(f"{path} is not a readable tar; delete it and retry") from error
