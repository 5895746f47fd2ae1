"""Packages of Debian that install source code: Go, Rust, Lua and C++ header libraries.

The licence is read from the machine-readable copyright file (DEP-5): the one of `Files: *` is the
package's, and files under a stanza whose licence is not allowed are left out. An older free-form
copyright file is not understood.
"""

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from unmask_train.archive import Archive, ArchiveInvalid, Member
from unmask_train.licences import is_allowed, spdx

_SOURCE = re.compile(r"^\./usr/(share|src|include|lib).*\.(go|rs|lua|c|cc|cpp|h|hh|hpp|java)$")
_COPYRIGHT = re.compile(r"^\./usr/share/doc/[^/]+/copyright$")


def command(name: str, version: str) -> list[str]:
    """Save the binary package; its maintainer scripts are not run."""
    return ["apt-get", "download", "--quiet", f"{name}={version}" if version else name]


def open_archive(path: Path) -> Archive:
    """Read a package through `dpkg-deb`."""
    fields = message_from_string(_dpkg("--field", path).decode())
    copyrights = [raw for name, raw in _members(path) if _COPYRIGHT.match(name)]
    stanzas = _stanzas(copyrights[0].decode("utf-8", "replace")) if copyrights else []
    whole = [stanza for stanza in stanzas if stanza["Files"].split() == ["*"]]
    return Archive(
        path=path,
        name=fields["Package"],
        version=fields["Version"],
        licence=_licence(whole[0]) if whole else "",
        sources=partial(_sources, path, stanzas),
    )


def _sources(path: Path, stanzas: list[Message]) -> Iterator[Member]:
    closed = [
        pattern
        for stanza in stanzas
        if not is_allowed(_licence(stanza))
        for pattern in stanza["Files"].split()
    ]
    for name, raw in _members(path):
        if _SOURCE.match(name) and not any(fnmatch(name, f"*/{pattern}") for pattern in closed):
            yield name, raw


def _stanzas(copyright_text: str) -> list[Message]:
    stanzas = [message_from_string(part) for part in re.split(r"\n\s*\n", copyright_text)]
    return [stanza for stanza in stanzas if "Files" in stanza and "License" in stanza]


def _licence(stanza: Message) -> str:
    name = str(stanza["License"]).splitlines()[0] if stanza["License"] else ""
    return spdx(name.replace("Expat", "MIT").replace(" or ", " OR ").replace(" and ", " AND "))


def _members(path: Path) -> Iterator[Member]:
    with tarfile.open(fileobj=io.BytesIO(_dpkg("--fsys-tarfile", path))) as archive:
        for entry in archive:
            if entry.isfile() and (file := archive.extractfile(entry)):
                yield entry.name, file.read()


def _dpkg(option: str, path: Path) -> bytes:
    try:
        return subprocess.run(
            ["dpkg-deb", option, str(path)], capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ArchiveInvalid(f"dpkg-deb cannot read {path} ({error})") from error
