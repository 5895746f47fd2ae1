"""Which file of a model holds which tensor: one safetensors file, or several with an index."""

import json
from pathlib import Path

from unmask_model.protocol.errors import WeightsInvalid

INDEX = "model.safetensors.index.json"
"""Says which tensor is in which of several files, as transformers writes it."""


def shards(file: Path) -> tuple[Path, ...]:
    """Return the files that hold tensors: `file`, or those that an index names.

    Raises WeightsInvalid where the index is none, or names a file that is not beside it.
    """
    return tuple(sorted(set(read_index(file).values()))) if file.suffix == ".json" else (file,)


def read_index(file: Path) -> dict[str, Path]:
    """Return the file of each tensor; raise WeightsInvalid as `shards` does."""
    try:
        names: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["weight_map"]
        found = {name: file.parent / Path(shard).name for name, shard in names.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise WeightsInvalid(f"{file} is not an index of tensors: {error!r}") from error
    for shard in sorted(set(found.values())):
        if not shard.is_file():
            raise WeightsInvalid(f"{shard} is missing; {file.name} names it")
    return found
