"""A wheel as a zip of texts: what it is, what licence it states, which source files it holds.

Nothing is unpacked to disk, imported or run.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import RawMetadata, parse_email
from packaging.utils import canonicalize_name

from unmask_model.errors import UnmaskError


class WheelInvalid(UnmaskError):
    """A file is no wheel, or a broken one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel on disk that has proved readable."""

    path: Path
    """Where it lies."""
    metadata: RawMetadata
    """Its core metadata, as written by its author."""

    @classmethod
    def open(cls, path: Path) -> "Wheel":
        """Read the metadata; WheelInvalid if the file is no zip or has none."""
        try:
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if _is_metadata(name)]
                metadata, _ = parse_email(archive.read(names[0]))
        except (OSError, zipfile.BadZipFile, IndexError) as error:
            raise WheelInvalid(f"{path} is not a readable wheel; delete it and retry") from error
        return cls(path=path, metadata=metadata)

    @property
    def name(self) -> str:
        """Canonical name (PEP 503)."""
        return canonicalize_name(self.metadata.get("name", ""))

    @property
    def version(self) -> str:
        """Version as written."""
        return self.metadata.get("version", "")

    def sha256(self) -> str:
        """Hash of the whole file, as the package index publishes it."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def texts(self, suffix: str) -> Iterator[tuple[str, str]]:
        r"""Give path and text of each file with an ending, line ends as `\n`.

        What is not UTF-8 comes with replacement characters, for a filter to refuse.
        """
        with zipfile.ZipFile(self.path) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith(suffix) and not entry.is_dir():
                    text = archive.read(entry).decode("utf-8-sig", "replace")
                    yield entry.filename, text.replace("\r\n", "\n").replace("\r", "\n")


def _is_metadata(name: str) -> bool:
    return name.count("/") == 1 and name.endswith(".dist-info/METADATA")
