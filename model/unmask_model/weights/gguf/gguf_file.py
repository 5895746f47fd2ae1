"""A GGUF file: its metadata and its tensors, read lazily and without running anything.

Knows the container (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) and turns its
every oddity into `WeightsInvalid`. Does not know what the tensors are for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGUFReader, ReaderTensor, dequantize

from unmask_model.protocol.errors import WeightsInvalid

MAGIC = b"GGUF"


def is_gguf(path: Path) -> bool:
    """Does the file start like a GGUF file?"""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Raise WeightsInvalid for what comes of a broken file's values: they may be of any kind."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WeightsInvalid(
            f"{path} states what cannot be ({error}); download it again"
        ) from error


class _BoundedReader(GGUFReader):
    """Stops at the end of the file: a list may state more members than there are bytes."""

    def _get(
        self, offset: int, dtype: npt.DTypeLike, count: int = 1, override_order: Any = None
    ) -> npt.NDArray[Any]:
        found = super()._get(offset, dtype, count, override_order)
        if len(found) < count:
            raise ValueError("it ends too early")
        return found


class GgufFile:
    """An open GGUF file; tensors stay on disk until they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not is_gguf(path):
            raise WeightsInvalid(f"{path} is not a GGUF file; give a .gguf or safetensors model")
        try:
            self._reader = _BoundedReader(path)
        except (ValueError, LookupError, OverflowError, RecursionError, MemoryError) as error:
            raise WeightsInvalid(
                f"{path} is a broken GGUF file ({error}); download it again"
            ) from error

    @cached_property
    def tensors(self) -> dict[str, ReaderTensor]:
        """Every tensor by its GGUF name."""
        return {tensor.name: tensor for tensor in self._reader.tensors}

    @property
    def architecture(self) -> str:
        """Name of the model family, in llama.cpp's words."""
        return str(self.require("general.architecture"))

    def get(self, key: str, default: Any = None) -> Any:
        """One metadata value as plain Python, or `default` where the file has none."""
        field = self._reader.get_field(key)
        try:
            return default if field is None else field.contents()
        except (ValueError, LookupError) as error:  # a text that is no UTF-8, say
            raise WeightsInvalid(f"{self.path}: `{key}` cannot be read ({error})") from error

    def require(self, key: str) -> Any:
        """One metadata value; raises WeightsInvalid where the file has none."""
        value = self.get(key)
        if value is None:
            raise WeightsInvalid(f"{self.path} has no `{key}`; convert the model to GGUF again")
        return value

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a tensor, rows first as in torch (GGUF itself writes columns first)."""
        return tuple(int(size) for size in reversed(self.tensors[name].shape))

    def dequantized(self, name: str) -> npt.NDArray[np.float32]:
        """One tensor in fp32, rows first."""
        tensor = self.tensors[name]
        try:
            values = dequantize(tensor.data, tensor.tensor_type)
        except NotImplementedError as error:
            raise WeightsInvalid(
                f"{self.path}: {name} is stored as {tensor.tensor_type.name}, which cannot be read;"
                " use a Q4_K_M, Q8_0 or F16 file"
            ) from error
        return values.reshape(self.shape(name)).astype(np.float32, copy=False)
