"""Safetensors files as float32 arrays, read when they are asked for.

The `safetensors` package knows no bfloat16 without torch; the container itself is small (see
safetensors_writer.py).
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.safetensors.tensor_index import shards

LENGTH_BYTES = 8
LONGEST_HEADER = 100_000_000
KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}


class SafetensorsReader(Mapping[str, npt.NDArray[Any]]):
    """Tensors by name: floats in float32, integers as they are."""

    def __init__(self, file: Path) -> None:
        self._entries: dict[str, tuple[Path, int, dict[str, Any]]] = {}
        self.metadata: dict[str, str] = {}
        for shard in shards(file):
            header, start = _header(shard)
            self.metadata |= _metadata(shard, header.pop("__metadata__", {}))
            self._entries |= {name: (shard, start, entry) for name, entry in header.items()}

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        file, start, entry = self._entries[name]
        try:
            kind, (begin, end) = KINDS[entry["dtype"]], entry["data_offsets"]
            if not 0 <= begin <= end <= file.stat().st_size:
                raise ValueError("its bytes are outside of the file")
            stored = np.fromfile(
                file, kind, (end - begin) // np.dtype(kind).itemsize, offset=start + begin
            )
            return _values(stored, entry["dtype"]).reshape(entry["shape"])
        except (KeyError, ValueError, TypeError, OSError) as error:
            raise WeightsInvalid(f"{file}: tensor {name!r} cannot be read: {error!r}") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return a tensor's sizes; reads no tensor."""
        return tuple(self._entries[name][2]["shape"])

    def elements(self) -> int:
        """Count the numbers in all tensors; reads no tensor."""
        return sum(math.prod(self.shape(name)) for name in self)


def _values(stored: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    if kind == "BF16":  # the upper half of a float32
        return (stored.astype(np.uint32) << 16).view(np.float32)
    return stored.astype(np.float32) if kind.startswith("F") else stored


def _header(file: Path) -> tuple[dict[str, Any], int]:
    """What a file says of its tensors, and where their bytes begin."""
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(LENGTH_BYTES), "little")
            if length > min(LONGEST_HEADER, file.stat().st_size):
                raise ValueError("no header")
            header = json.loads(opened.read(length))
        if not isinstance(header, dict):
            raise ValueError("no table of tensors")
        return header, LENGTH_BYTES + length
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise WeightsInvalid(f"{file} is not a safetensors file: {error}") from error


def _metadata(file: Path, given: Any) -> dict[str, str]:
    """What a file says of itself."""
    if not (isinstance(given, dict) and all(isinstance(value, str) for value in given.values())):
        raise WeightsInvalid(f"{file} is not a safetensors file: its metadata are no texts")
    return given
