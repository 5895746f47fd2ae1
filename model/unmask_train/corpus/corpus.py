"""A corpus on disk: gzipped JSON-lines shards of source texts, and a manifest.

Texts, not tokens: holes are cut in characters, and one corpus serves every tokenizer. A corpus is
read whole into memory, which takes seconds for a few hundred megabytes. Where the texts came from
is in the manifest, which is written last: a folder without one is not a corpus.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from unmask_model.protocol.errors import RequestInvalid

_SHARD_CHARACTERS = 16_000_000
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source file."""

    package: str
    """Name of the package it came from."""
    path: str
    """Path inside the package, with forward slashes."""
    language: str
    """Language name, as editors spell it."""
    text: str
    r"""The whole file, lines ended by `\n`."""


class Corpus:
    """Reads a corpus folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self.manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RequestInvalid(
                f"{folder} holds no corpus ({_MANIFEST}); make one with `unmask train data`"
            ) from error

    def documents(self, split: str = "train") -> Sequence[Document]:
        """Read all documents of a split, `train` or `held-out`, in their stored, mixed order."""
        shards = [shard["file"] for shard in self.manifest["shards"] if shard["split"] == split]
        return [document for name in shards for document in _read(self._folder / name)]


def write_corpus(
    folder: Path, splits: dict[str, Sequence[Document]], manifest: dict[str, Any]
) -> None:
    """Write the shards of each split, then the manifest, `shards` added to it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MANIFEST).unlink(missing_ok=True)
    shards = [
        _write(folder, f"{split}-{index:03d}.jsonl.gz", shard) | {"split": split}
        for split, documents in splits.items()
        for index, shard in enumerate(_cut(documents))
    ]
    text = json.dumps(manifest | {"shards": shards}, indent=1, ensure_ascii=False)
    (folder / _MANIFEST).write_text(text + "\n", encoding="utf-8")


def _cut(documents: Iterable[Document]) -> Iterator[list[Document]]:
    shard: list[Document] = []
    room = _SHARD_CHARACTERS
    for document in documents:
        shard.append(document)
        room -= len(document.text)
        if room <= 0:
            yield shard
            shard, room = [], _SHARD_CHARACTERS
    if shard:
        yield shard


def _write(folder: Path, name: str, documents: Sequence[Document]) -> dict[str, Any]:
    lines = "".join(json.dumps(asdict(document)) + "\n" for document in documents)
    # No time stamp in the gzip header: the same documents are the same bytes.
    packed = gzip.compress(lines.encode(), compresslevel=5, mtime=0)
    (folder / name).write_bytes(packed)
    return {
        "file": name,
        "documents": len(documents),
        "characters": sum(len(document.text) for document in documents),
        "sha256": hashlib.sha256(packed).hexdigest(),
    }


def _read(path: Path) -> Iterator[Document]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield Document(**json.loads(line))
