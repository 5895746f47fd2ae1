"""Which packages a corpus is made of.

A list is a TSV file with a header; the columns `name` and `version` are read, the others are for
people. The order of a list is its order of importance, so that its first N rows are a fair small
corpus. Held-out packages are a list of their own, chosen before anything else; a package that is
on it is never trained on, whichever list it is on besides.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from packaging.utils import canonicalize_name

from unmask_model.errors import RequestInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One release of one package."""

    name: str
    """Canonical name (PEP 503)."""
    version: str = ""
    """Exact version; empty means the newest."""

    @property
    def requirement(self) -> str:
        """The package as pip reads it (PEP 508)."""
        return f"{self.name}=={self.version}" if self.version else self.name


def read_packages(path: Path) -> tuple[Package, ...]:
    """Read a list, keep its order, drop repeated names; RequestInvalid if it is no such list."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        named = {canonicalize_name(row["name"]): row for row in reversed(rows)}
    except (OSError, KeyError) as error:
        raise RequestInvalid(
            f"{path} is not a package list ({error}); give a TSV file with a column 'name'"
        ) from error
    return tuple(
        Package(name=name, version=row.get("version") or "")
        for name, row in reversed(named.items())
    )


def own_list(name: str) -> Path:
    """Path of a list that comes with Unmask: `python_packages` or `python_held_out`."""
    return Path(str(files(__package__) / f"{name}.tsv"))


def without(packages: Iterable[Package], held_out: Sequence[Package]) -> tuple[Package, ...]:
    """Drop the held-out packages, in whatever version they appear."""
    names = {package.name for package in held_out}
    return tuple(package for package in packages if package.name not in names)
