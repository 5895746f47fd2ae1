"""From wheels to a corpus folder, package by package, with a record of what was left out and why.

Held-out packages are to be added first: what a later package has in common with them is then a
duplicate there, and stays out of training. Knows nothing of the network.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unmask_model.errors import UnmaskError
from unmask_train.contamination import Contamination
from unmask_train.corpus import Document, write_corpus
from unmask_train.download import Download
from unmask_train.harvest import Harvest, Recipe, Sieve, harvest
from unmask_train.licences import is_allowed, licence_of
from unmask_train.wheels import Wheel

Origin = dict[str, str]
"""Name, version, licence, SHA-256 and split of a package, for the manifest."""


class PackageRejected(UnmaskError):
    """A package that nothing may be taken from."""


class Collection:
    """Gathers packages until `write`."""

    def __init__(self, recipe: Recipe, contamination: Contamination) -> None:
        self._recipe = recipe
        self._sieve = Sieve(contamination)
        self._splits: dict[str, list[tuple[Origin, Harvest]]] = {"held-out": [], "train": []}
        self._rejected: list[Origin] = []

    def add(self, download: Download, split: str) -> None:
        """Take what may be taken of a package into `train` or `held-out`."""
        try:
            wheel, licence = _admit(download)
        except UnmaskError as error:
            asked = download.package
            row = {"name": asked.name, "version": asked.version, "reason": str(error)}
            self._rejected.append(row)
            return
        documents = (
            Document(package=wheel.name, path=path, language="python", text=text)
            for path, text in wheel.texts(".py")
        )
        origin = {"name": wheel.name, "version": wheel.version, "licence": licence}
        origin["sha256"] = wheel.sha256()
        taken = harvest(documents, self._recipe, self._sieve)
        self._splits[split].append((origin, taken))

    def write(self, folder: Path) -> None:
        """Trim each package of the training split to its share, mix, and write the corpus."""
        sizes = [taken.characters for _, taken in self._splits["train"]]
        level = water_level(sizes, self._recipe.characters)
        for _, taken in self._splits["train"]:
            taken.trim(level)
        manifest = {
            "recipe": asdict(self._recipe),
            "package_characters": level,
            "packages": [
                _row(origin, taken) | {"split": split}
                for split, packages in self._splits.items()
                for origin, taken in packages
            ],
            "rejected": self._rejected,
        }
        write_corpus(folder, {split: self._mixed(split) for split in self._splits}, manifest)

    def _mixed(self, split: str) -> list[Document]:
        documents = [one for _, taken in self._splits[split] for one in taken.documents]
        return sorted(documents, key=lambda one: self._recipe.draw(f"{one.package}/{one.path}"))


def water_level(sizes: Sequence[int], most: int) -> int:
    """Give the largest cap under which all sizes together are at most `most`."""

    def too_high(level: int) -> bool:
        return sum(min(size, level) for size in sizes) > most

    return bisect_right(range(max(sizes, default=0) + 1), False, key=too_high) - 1


def _admit(download: Download) -> tuple[Wheel, str]:
    if download.wheel is None:
        raise PackageRejected(download.reason)
    wheel = Wheel.open(download.wheel)
    licence = licence_of(wheel.metadata)
    if not is_allowed(licence):
        raise PackageRejected(f"licence: {licence or 'none that is understood'}")
    return wheel, licence


def _row(origin: Origin, taken: Harvest) -> dict[str, Any]:
    refused = dict(sorted(taken.refused.items()))
    counts = {"documents": len(taken.documents), "characters": taken.characters}
    return origin | counts | {"refused": refused}
