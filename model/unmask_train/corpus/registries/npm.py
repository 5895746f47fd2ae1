"""Packages of the npm registry: TypeScript where it is published, JavaScript elsewhere.

Most packages ship compiled code beside their source. Where there is TypeScript below `src`, that
folder alone is source; a package without any gives its JavaScript outside of folders that
compilers and bundlers fill.
"""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from unmask_train.corpus.archive import Archive, ArchiveInvalid, Member, read_tar
from unmask_train.corpus.licences import spdx

_MANIFEST = "package/package.json"
_TYPESCRIPT = re.compile(r"/src/.*(?<!\.d)\.tsx?$")
_JAVASCRIPT = re.compile(r"(?<!\.min)\.(m?js|jsx)$")
_BUILT = re.compile(r"/(dist|build|builds|esm?|cjs|umd|bundles?|min|compiled|fp)/")


def command(name: str, version: str) -> list[str]:
    """Save the published tar ball; no script of the package runs."""
    return ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version or 'latest'}"]


def open_archive(path: Path) -> Archive:
    """Read a tar ball; the licence is the `license` field of its package.json."""
    texts = [raw for _, raw in read_tar(path, lambda name: name == _MANIFEST)]
    if not texts:
        raise ArchiveInvalid(f"{path} holds no {_MANIFEST}; delete it and retry")
    manifest = json.loads(texts[0])
    licence = manifest.get("license", "")
    return Archive(
        path=path,
        name=manifest["name"],
        version=manifest["version"],
        licence=spdx(licence) if isinstance(licence, str) else "",
        sources=partial(_sources, path),
    )


def _sources(path: Path) -> Iterator[Member]:
    members = list(read_tar(path, _is_source))
    if any(_TYPESCRIPT.search(name) for name, _ in members):
        members = [(name, raw) for name, raw in members if "/src/" in name]
    return iter(members)


def _is_source(name: str) -> bool:
    javascript = _JAVASCRIPT.search(name) and not _BUILT.search(name)
    return bool(_TYPESCRIPT.search(name) or javascript)
