"""What one package gives to a corpus.

Its files are looked at in an order drawn from the seed, so that a package with more code than it
may give yields a fair sample of itself. Knows one package at a time; what other packages gave is
known to the `Sieve` alone.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from unmask_train.corpus.contamination import Contamination
from unmask_train.corpus.corpus import Document
from unmask_train.corpus.duplicates import Duplicates
from unmask_train.corpus.filters import Refusal, is_test, refuse
from unmask_train.corpus.ngrams import grams_of, tokens_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusMix:
    """How much of what a corpus takes, and in which order."""

    characters: int = 160_000_000
    """Most characters of the training split."""
    package_share: float = 0.03
    """Most that one package may give, as a share of `characters`, 0 to 1."""
    python_share: float = 0.7
    """Least of the training split that is left to packages of the Python index, 0 to 1."""
    tests_share: float = 0.1
    """Most characters of tests that a package may give, as a share of its other code."""
    seed: int = 0
    """Decides which files of a large package are taken, and the order of the documents."""

    def draw(self, key: str) -> str:
        """Give a sort key that shuffles: the same for the same seed on every machine."""
        return hashlib.sha256(f"{self.seed}/{key}".encode()).hexdigest()


@dataclass(slots=True, kw_only=True)
class Harvest:
    """Documents of one package, and how many of its files were refused for which reason."""

    documents: list[Document] = field(default_factory=list)
    """What was taken, in drawn order."""
    refused: Counter[str] = field(default_factory=Counter)
    """Files by reason of refusal."""

    @property
    def characters(self) -> int:
        """Length of all documents together."""
        return sum(len(document.text) for document in self.documents)

    def trim(self, most: int) -> None:
        """Drop documents from the end until `most` characters are kept."""
        room = most
        kept = []
        for document in self.documents:
            if len(document.text) > room:
                self.refused[Refusal.CAP] += 1
                continue
            room -= len(document.text)
            kept.append(document)
        self.documents = kept


class Sieve:
    """Lets a file through once: worth learning from, not seen before, not in an evaluation."""

    def __init__(self, contamination: Contamination) -> None:
        self._contamination = contamination
        self._duplicates = Duplicates()

    def refuse(self, document: Document) -> Refusal | None:
        """Give the first reason against a document; one without is remembered as seen."""
        if refusal := refuse(document.path, document.text):
            return refusal
        tokens = tokens_of(document.text)
        grams = grams_of(tokens)
        if self._contamination.found_in(tokens, grams):
            return Refusal.CONTAMINATED
        return Refusal.DUPLICATE if self._duplicates.seen(grams) else None


def harvest(documents: Iterable[Document], mix: CorpusMix, sieve: Sieve) -> Harvest:
    """Sift the files of a package, up to the most that one package can ever give."""
    drawn = sorted(documents, key=lambda one: mix.draw(f"{one.package}/{one.path}"))
    code = sum(len(document.text) for document in drawn if not is_test(document.path))
    room = mix.package_share * mix.characters
    test_room = mix.tests_share * code
    taken = Harvest()
    for document in drawn:
        size, test = len(document.text), is_test(document.path)
        if size > room or (test and size > test_room):
            taken.refused[Refusal.CAP] += 1
        elif refusal := sieve.refuse(document):
            taken.refused[refusal] += 1
        else:
            taken.documents.append(document)
            room -= size
            test_room -= size * test
    return taken
