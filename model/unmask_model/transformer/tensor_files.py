"""The tensors of a model on disk by name: one safetensors file, or several with an index.

Each is read when it is asked for, so that memory holds no second copy of a large model.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.safetensors.tensor_index import read_index


class TensorFiles(Mapping[str, Tensor]):
    """Tensors by name, in one number format and on one device."""

    def __init__(self, file: Path, dtype: torch.dtype, device: torch.device | str = "cpu") -> None:
        self._file, self._dtype, self._device = file, dtype, device
        self._shard_of = _shard_of(file)
        self._opened = {shard: _opened(shard) for shard in set(self._shard_of.values())}

    def __getitem__(self, name: str) -> Tensor:
        tensor: Tensor = self._opened[self._shard_of[name]].get_tensor(name)
        return tensor.to(self._device, self._dtype)

    def elements(self) -> int:
        """Count the numbers in all tensors; reads no tensor."""
        headers = (self._opened[file].get_slice(name) for name, file in self._shard_of.items())
        return sum(math.prod(header.get_shape()) for header in headers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shard_of)

    def __len__(self) -> int:
        return len(self._shard_of)


def _shard_of(file: Path) -> dict[str, Path]:
    if file.suffix == ".json":
        return read_index(file)
    return dict.fromkeys(_opened(file).keys(), file)


def _opened(file: Path) -> safe_open:
    try:
        return safe_open(file, framework="pt")
    except (OSError, SafetensorError) as error:
        raise WeightsInvalid(f"{file} is not a safetensors file: {error}") from error
