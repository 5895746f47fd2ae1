"""A base's tensors as a graph takes them, from a GGUF file or a publisher's safetensors.

Names are those of transformers. Matrices of a GGUF file that are stored in blocks as the runtime
has them are taken as they are; all others are rounded.
"""

from pathlib import Path
from typing import Any, Protocol

from unmask_model.weights.base_files import BaseFiles
from unmask_model.weights.blocks import Blocks, Floats, rounded
from unmask_model.weights.gguf.gguf_config import transformers_config
from unmask_model.weights.gguf.gguf_file import GgufFile, understood
from unmask_model.weights.gguf.gguf_tensors import GgufTensors
from unmask_model.weights.gguf.gguf_tokenizer import build_tokenizer
from unmask_model.weights.model_config import read_config
from unmask_model.weights.safetensors.safetensors_reader import SafetensorsReader
from unmask_model.weights.tokenizer_files import read_tokenizer


class BaseTensors(Protocol):
    """The tensors of a base, as one of two kinds of file has them."""

    config: dict[str, Any]
    """What the model's config.json says."""

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the sizes of a tensor; None where there is none of that name."""
        ...

    def floats(self, name: str) -> Floats:
        """Return a tensor in float32."""
        ...

    def blocks(self, name: str, bits: int) -> Blocks:
        """Return a matrix in blocks; as it is stored where that is possible in so many bits."""
        ...

    def save_tokenizer(self, file: Path) -> None:
        """Write the tokenizer as a `tokenizer.json`."""
        ...


class GgufBaseTensors:
    """A GGUF file."""

    def __init__(self, file: Path) -> None:
        self._file = GgufFile(file)
        with understood(file):
            self._tensors = GgufTensors(self._file)
            self.config = transformers_config(self._file, tied=self._tensors.tied)

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the sizes of a tensor; None where there is none of that name."""
        return self._tensors.shapes.get(name)

    def floats(self, name: str) -> Floats:
        """Return a tensor in float32."""
        return self._tensors.read(name)

    def blocks(self, name: str, bits: int) -> Blocks:
        """Return a matrix in blocks; as it is stored where that is possible in so many bits."""
        stored = self._tensors.blocks(name)
        if stored is not None and stored.bits <= bits:
            return stored
        return rounded(self.floats(name), bits)

    def save_tokenizer(self, file: Path) -> None:
        """Write the tokenizer as a `tokenizer.json`."""
        build_tokenizer(self._file).save(str(file))


class SafetensorsBaseTensors:
    """A publisher's folder."""

    def __init__(self, files: BaseFiles) -> None:
        self._tensors, self._tokenizer = SafetensorsReader(files.tensors), files.tokenizer
        self.config = read_config(files.config)

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the sizes of a tensor; None where there is none of that name."""
        return self._tensors.shape(name) if name in self._tensors else None

    def floats(self, name: str) -> Floats:
        """Return a tensor in float32."""
        return self._tensors[name]

    def blocks(self, name: str, bits: int) -> Blocks:
        """Return a matrix in blocks."""
        return rounded(self.floats(name), bits)

    def save_tokenizer(self, file: Path) -> None:
        """Write the tokenizer as a `tokenizer.json`."""
        read_tokenizer(self._tokenizer).save(str(file))
