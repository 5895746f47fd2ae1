"""Which packages a corpus is made of.

A list is a TSV file with a header: the columns `name`, `version` and `registry` are read, the last
two may be missing. The order of a list is its order of importance, so that its first N rows are a
fair small corpus. Held-out packages are a list of their own, chosen before anything else; a package
that is on it is never trained on, whichever list it is on besides.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from packaging.utils import canonicalize_name

from unmask_model.protocol.errors import RequestInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One release of one package."""

    name: str
    """Name; on the Python package index in its canonical form (PEP 503)."""
    version: str = ""
    """Exact version; empty means the newest."""
    registry: str = "pypi"
    """Key of `registries.REGISTRIES`."""


def read_packages(path: Path) -> tuple[Package, ...]:
    """Read a list, keep its order, drop repeated rows; RequestInvalid if it is no such list."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(dict.fromkeys(map(_package, csv.DictReader(file, delimiter="\t"))))
    except (OSError, KeyError) as error:
        raise RequestInvalid(
            f"{path} is not a package list ({error}); give a TSV file with a column 'name'"
        ) from error


def own_list(name: str) -> Path:
    """Path of a list that comes with Unmask: `python_packages`, `other_packages`, `held_out`."""
    return Path(str(files(__package__) / f"{name}.tsv"))


def without(packages: Iterable[Package], held_out: Sequence[Package]) -> tuple[Package, ...]:
    """Drop the held-out packages, in whatever version they appear."""
    closed = {(package.registry, package.name) for package in held_out}
    return tuple(one for one in packages if (one.registry, one.name) not in closed)


def _package(row: dict[str, str]) -> Package:
    registry = row.get("registry") or "pypi"
    name = canonicalize_name(row["name"]) if registry == "pypi" else row["name"]
    return Package(name=name, version=row.get("version") or "", registry=registry)
