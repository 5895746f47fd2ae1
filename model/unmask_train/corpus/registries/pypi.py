"""Wheels of the Python package index.

Source distributions are refused, for their metadata would need their build scripts. Wheels are
chosen for one stated Python, so that a list means the same files on every machine. The licence is
read from core metadata alone: `License-Expression` (PEP 639) if it is there, else every licence
classifier, else the `License` field.
"""

import sys
from functools import partial
from pathlib import Path

from packaging.metadata import RawMetadata, parse_email
from packaging.utils import canonicalize_name

from unmask_train.corpus.archive import Archive, ArchiveInvalid, read_zip
from unmask_train.corpus.licences import spdx

_TARGET_PYTHON = "3.13"

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "Historical Permission Notice and Disclaimer (HPND)": "HPND",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Zero-Clause BSD (0BSD)": "0BSD",
}
"""Last parts of trove classifiers, as SPDX; the BSD classifier does not say which BSD."""


def command(name: str, version: str) -> list[str]:
    """Save a wheel without its dependencies."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    wheel = ["--only-binary", ":all:", "--python-version", _TARGET_PYTHON]
    return [*pip, *wheel, f"{name}=={version}" if version else name]


def open_archive(path: Path) -> Archive:
    """Read a wheel; its sources are its Python files."""
    texts = [raw for _, raw in read_zip(path, _is_metadata)]
    if not texts:
        raise ArchiveInvalid(f"{path} holds no METADATA; delete it and retry")
    metadata, _ = parse_email(texts[0])
    return Archive(
        path=path,
        name=canonicalize_name(metadata.get("name", "")),
        version=metadata.get("version", ""),
        licence=licence_of(metadata),
        sources=partial(read_zip, path, lambda name: name.endswith(".py")),
    )


def licence_of(metadata: RawMetadata) -> str:
    """Give the SPDX expression of a package; empty if it has none that is understood."""
    if expression := metadata.get("license_expression"):
        return spdx(expression)
    classifiers = [
        classifier.rsplit(" :: ", 1)[-1]
        for classifier in metadata.get("classifiers", [])
        if classifier.startswith("License :: ") and classifier != "License :: OSI Approved"
    ]
    if not classifiers:
        return spdx(metadata.get("license") or "")
    known = {_CLASSIFIERS.get(classifier, "") for classifier in classifiers}
    return " AND ".join(sorted(known)) if all(known) else ""


def _is_metadata(name: str) -> bool:
    return name.count("/") == 1 and name.endswith(".dist-info/METADATA")
