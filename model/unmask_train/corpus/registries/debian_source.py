"""Source packages of Debian: Java, C and C++, whose binary packages hold no source.

apt must know a source index (a `deb-src` line). A source package is several files: the upstream
tar ball, and Debian's own beside it, which holds the copyright file.
"""

import re
from functools import partial
from pathlib import Path

from unmask_train.corpus.archive import Archive, ArchiveInvalid, read_tar
from unmask_train.corpus.registries.dep5 import Copyright

_SOURCE = re.compile(r"\.(java|cc?|cpp|hh?|hpp|go|rs|lua)$")
_COPYRIGHT = re.compile(r"^(\./)?debian/copyright$")
_NAME = re.compile(r"(?P<name>[^_]+)_(?P<version>.+)\.orig\.tar\.\w+$")


def command(name: str, version: str) -> list[str]:
    """Save the files of the source package; they are not unpacked, nothing is built."""
    release = f"{name}={version}" if version else name
    return ["apt-get", "source", "--quiet", "--download-only", "--only-source", release]


def open_archive(path: Path) -> Archive:
    """Read an upstream tar ball that has Debian's beside it."""
    named = _NAME.match(path.name)
    beside = sorted(path.parent.glob("*.debian.tar.*"))
    if not named or not beside:
        raise ArchiveInvalid(f"{path} is no Debian source package with its debian.tar beside it")
    texts = [raw.decode("utf-8", "replace") for _, raw in read_tar(beside[0], _COPYRIGHT.search)]
    terms = Copyright.parse("".join(texts))
    return Archive(
        path=path,
        name=named["name"],
        version=named["version"],
        licence=terms.licence,
        sources=partial(
            read_tar, path, lambda name: _SOURCE.search(name) and not terms.closed.match(name)
        ),
    )
