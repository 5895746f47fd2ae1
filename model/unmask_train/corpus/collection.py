"""From archives to a corpus folder, package by package, with a record of what was left out and why.

Held-out packages are to be added first: what a later package has in common with them is then a
duplicate there, and stays out of training. Knows nothing of the network.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unmask_model.protocol.errors import UnmaskError
from unmask_train.corpus.archive import Archive
from unmask_train.corpus.contamination import Contamination
from unmask_train.corpus.corpus import Document, write_corpus
from unmask_train.corpus.download import Download
from unmask_train.corpus.harvest import CorpusMix, Harvest, Sieve, harvest
from unmask_train.corpus.licences import is_allowed
from unmask_train.corpus.registries import REGISTRIES

Origin = dict[str, str]
"""Name, version, licence, registry and SHA-256 of a package, for the manifest."""


class PackageRejected(UnmaskError):
    """A package that nothing may be taken from."""


class Collection:
    """Gathers packages until `write`."""

    def __init__(self, mix: CorpusMix, contamination: Contamination) -> None:
        self._mix = mix
        self._sieve = Sieve(contamination)
        self._splits: dict[str, list[tuple[Origin, Harvest]]] = {"held-out": [], "train": []}
        self._rejected: list[Origin] = []

    def add(self, download: Download, split: str) -> None:
        """Take what may be taken of a package into `train` or `held-out`."""
        try:
            archive = _admit(download)
            taken = harvest(archive.documents(), self._mix, self._sieve)
        except UnmaskError as error:
            self._rejected.append(asdict(download.package) | {"reason": str(error)})
            return
        origin = {"name": archive.name, "version": archive.version, "licence": archive.licence}
        origin |= {"registry": download.package.registry, "sha256": archive.sha256()}
        self._splits[split].append((origin, taken))

    def write(self, folder: Path) -> None:
        """Trim each package of the training split to its share, mix, and write the corpus."""
        training = self._splits["train"]
        python = [taken for origin, taken in training if origin["registry"] == "pypi"]
        others = [taken for origin, taken in training if origin["registry"] != "pypi"]
        _level(others, int((1 - self._mix.python_share) * self._mix.characters))
        _level(python, self._mix.characters - sum(taken.characters for taken in others))
        manifest = {
            "recipe": asdict(self._mix),
            "packages": [
                _row(origin, taken) | {"split": split}
                for split, packages in self._splits.items()
                for origin, taken in packages
            ],
            "rejected": self._rejected,
        }
        write_corpus(folder, {split: self._mixed(split) for split in self._splits}, manifest)

    def summary(self) -> str:
        """Say in one line what was taken."""
        taken = [taken for packages in self._splits.values() for _, taken in packages]
        documents = sum(len(one.documents) for one in taken)
        characters = sum(one.characters for one in taken)
        return (
            f"{documents:,} documents, {characters / 1e6:.1f} million characters of {len(taken)} "
            f"packages, {len(self._rejected)} packages left out"
        )

    def _mixed(self, split: str) -> list[Document]:
        documents = [one for _, taken in self._splits[split] for one in taken.documents]
        return sorted(documents, key=lambda one: self._mix.draw(f"{one.package}/{one.path}"))


def water_level(sizes: Sequence[int], most: int) -> int:
    """Give the largest cap under which all sizes together are at most `most`."""

    def too_high(level: int) -> bool:
        return sum(min(size, level) for size in sizes) > most

    return bisect_right(range(max(sizes, default=0) + 1), False, key=too_high) - 1


def _level(harvests: Sequence[Harvest], most: int) -> None:
    level = water_level([taken.characters for taken in harvests], most)
    for taken in harvests:
        taken.trim(level)


def _admit(download: Download) -> Archive:
    if download.path is None:
        raise PackageRejected(download.reason)
    archive = REGISTRIES[download.package.registry].open_archive(download.path)
    if not is_allowed(archive.licence):
        raise PackageRejected(f"licence: {archive.licence or 'none that is understood'}")
    return archive


def _row(origin: Origin, taken: Harvest) -> dict[str, Any]:
    refused = dict(sorted(taken.refused.items()))
    counts = {"documents": len(taken.documents), "characters": taken.characters}
    return origin | counts | {"refused": refused}
