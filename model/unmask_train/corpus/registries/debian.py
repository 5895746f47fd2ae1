"""Binary packages of Debian that install source code: Go, Rust, Lua and C++ header libraries."""

import io
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from email import message_from_string
from functools import partial
from pathlib import Path

from unmask_train.corpus.archive import Archive, ArchiveInvalid, Member
from unmask_train.corpus.registries.dep5 import Copyright

_SOURCE = re.compile(r"^\./usr/.*\.(go|rs|lua|cc?|cpp|hh?|hpp)$")
_COPYRIGHT = re.compile(r"^\./usr/share/doc/[^/]+/copyright$")


def command(name: str, version: str) -> list[str]:
    """Save the package; its maintainer scripts are not run."""
    return ["apt-get", "download", "--quiet", f"{name}={version}" if version else name]


def open_archive(path: Path) -> Archive:
    """Read a package through `dpkg-deb`; the licence is that of its copyright file."""
    fields = message_from_string(_dpkg("--field", path).decode())
    texts = [raw.decode("utf-8", "replace") for _, raw in _members(path, _COPYRIGHT.search)]
    terms = Copyright.parse("".join(texts))
    return Archive(
        path=path,
        name=fields["Package"],
        version=fields["Version"],
        licence=terms.licence,
        sources=partial(
            _members, path, lambda name: _SOURCE.search(name) and not terms.closed.match(name)
        ),
    )


def _members(path: Path, wanted: Callable[[str], object]) -> Iterator[Member]:
    with tarfile.open(fileobj=io.BytesIO(_dpkg("--fsys-tarfile", path))) as archive:
        for entry in archive:
            if entry.isfile() and wanted(entry.name) and (file := archive.extractfile(entry)):
                yield entry.name, file.read()


def _dpkg(option: str, path: Path) -> bytes:
    command = ["dpkg-deb", option, str(path)]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ArchiveInvalid(f"dpkg-deb cannot read {path} ({error})") from error
