"""One of our adapters in torch, to be merged into a base or saved; see `AdapterFile`."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from unmask_model.transformer.linear import Linear, merge
from unmask_model.weights.adapter_file import FORMAT, AdapterFile, Trained


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter(Trained):
    """Everything that turns a base into a denoiser."""

    tensors: dict[str, Tensor]
    """Low-rank factors and the mask row."""

    @classmethod
    def open(cls, file: Path, base_sha256: str) -> "Adapter":
        """Read an adapter, its floats in float32; raise what `AdapterFile.open` raises."""
        kept = AdapterFile.open(file, base_sha256)
        tensors = {name: torch.from_numpy(values) for name, values in kept.tensors.items()}
        return cls(tensors=tensors, metadata=kept.metadata)

    def save(self, file: Path) -> None:
        """Write the adapter, complete or not at all."""
        partial = file.with_name(file.name + ".partial")
        save_file(self.tensors, partial, metadata={"format": FORMAT, **self.metadata})
        partial.replace(file)

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
