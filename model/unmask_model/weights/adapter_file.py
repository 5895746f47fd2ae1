"""One of our adapters as a file: low-rank changes of a base's maps, and a masked place's row.

A safetensors file. Its metadata names the base it belongs to by SHA-256 and says how it was
trained to be used; tensors are `layers.N.{qkv,out,gate_up,down}.{down,up}`, `mask`, and
`head_ids` where the head is trimmed.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.blocks import Floats, Indices
from unmask_model.weights.safetensors.safetensors_reader import SafetensorsReader

FORMAT = "unmask-adapter-1"
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What an adapter says of how it was trained, whatever its tensors are held in."""

    metadata: dict[str, str]
    """What the file says of itself: format, base_sha256, block, ..."""

    @property
    def block(self) -> int:
        """Places of a block, as it was trained."""
        return int(self.metadata["block"])

    @property
    def layers(self) -> int:
        """First layers of the base that it was trained for; 0: all."""
        return int(self.metadata.get("layers", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterFile(Trained):
    """What such a file holds."""

    tensors: dict[str, npt.NDArray[Any]]

    @classmethod
    def open(cls, file: Path, base_sha256: str) -> "AdapterFile":
        """Read an adapter; raise WeightsInvalid where it is none, or belongs to another base."""
        read = SafetensorsReader(file)
        if read.metadata.get("format") != FORMAT:
            raise WeightsInvalid(f"{file} is not an Unmask adapter ({FORMAT})")
        named = read.metadata.get("base_sha256", "?")
        if named != base_sha256:
            raise WeightsInvalid(
                f"{file} was trained on base {named[:12]}, not on {base_sha256[:12]};"
                " fetch the base it names"
            )
        numbers = read.metadata.get("block", ""), read.metadata.get("layers", "0")
        if "mask" not in read or not all(map(_NUMBER.fullmatch, numbers)):
            raise WeightsInvalid(f"{file} lacks its mask row or block length; take a whole copy")
        return cls(tensors=dict(read), metadata=read.metadata)

    @property
    def mask(self) -> Floats:
        """Input row of a masked place, (hidden,)."""
        return self.tensors["mask"]

    @property
    def head_ids(self) -> Indices | None:
        """Ids the adapter was trained to predict, ascending, (V,); None means all."""
        ids = self.tensors.get("head_ids")
        return None if ids is None else ids.astype(np.int64)

    def factors(self, name: str) -> tuple[Floats, Floats] | None:
        """Return what is added to a map: down (rank, in) and up (out, rank), or nothing."""
        if f"{name}.down" not in self.tensors:
            return None
        return self.tensors[f"{name}.down"], self.tensors[f"{name}.up"]
