"""Our adapters: low-rank changes of a base's layers, and the input row of a masked place.

An adapter is a safetensors file. Its metadata names the base it belongs to by SHA-256 and says
how it was trained to be used (token names, block length); tensors are
`layers.N.{qkv,out,gate_up,down}.{down,up}`, `mask`, and `head_ids` where the head is trimmed.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.transformer.linear import Linear, merge

FORMAT = "unmask-adapter-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Everything that turns a base into a denoiser."""

    tensors: dict[str, Tensor]
    """Low-rank factors and the mask row."""
    metadata: dict[str, str]
    """What the file says of itself: format, base_sha256, block, ..."""

    @classmethod
    def open(cls, file: Path, base_sha256: str) -> "Adapter":
        """Read an adapter; raise WeightsInvalid where it is none, or belongs to another base."""
        try:
            with safe_open(file, framework="pt") as source:
                metadata = source.metadata() or {}
                tensors = {name: source.get_tensor(name) for name in source.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise WeightsInvalid(f"{file} is not a safetensors file: {error}") from error
        if metadata.get("format") != FORMAT:
            raise WeightsInvalid(f"{file} is not an Unmask adapter ({FORMAT})")
        if metadata.get("base_sha256") != base_sha256:
            raise WeightsInvalid(
                f"{file} was trained on base {metadata.get('base_sha256', '?')[:12]}, "
                f"not on {base_sha256[:12]}; fetch the base it names"
            )
        if "mask" not in tensors or not metadata.get("block", "").isdecimal():
            raise WeightsInvalid(f"{file} lacks its mask row or block length; take a whole copy")
        return cls(tensors=tensors, metadata=metadata)

    def save(self, file: Path) -> None:
        """Write the adapter, complete or not at all."""
        partial = file.with_name(file.name + ".partial")
        save_file(self.tensors, partial, metadata={"format": FORMAT, **self.metadata})
        partial.replace(file)

    @property
    def block(self) -> int:
        """Places of a block, as it was trained."""
        return int(self.metadata["block"])

    @property
    def layers(self) -> int:
        """First layers of the base that it was trained for; 0: all."""
        return int(self.metadata.get("layers", 0))

    @property
    def mask(self) -> Tensor:
        """Input row of a masked place, (hidden,)."""
        return self.tensors["mask"]

    @property
    def head_ids(self) -> Tensor | None:
        """Ids the adapter was trained to predict, ascending, (V,) int64; None means all."""
        ids = self.tensors.get("head_ids")
        return None if ids is None else ids.to(torch.int64)

    def merged(self, name: str, base: Linear) -> Linear:
        """Return the base's map with this adapter's change of it; untouched if there is none."""
        if f"{name}.down" not in self.tensors:
            return base
        down, up = self.tensors[f"{name}.down"], self.tensors[f"{name}.up"]
        return Linear(merge(base.weight, down, up), base.bias)
