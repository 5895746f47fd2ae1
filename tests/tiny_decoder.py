"""A tiny decoder as an ONNX graph, and the same decoder in torch, which says what is right."""

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from tiny import TinyModel

from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.onnx.export import converted
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.weights.base_files import Origin
from unmask_model.weights.blocks import rounded
from unmask_model.weights.sources.cache import Cache

Heads = tuple[torch.Tensor, ...]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TinyDecoder:
    """Both."""

    exact: OnnxDecoder
    """Its rows are not rounded, and the weights of all were before: what differs is a mistake."""
    served: OnnxDecoder
    base: Decoder
    adapted: Decoder
    mask: torch.Tensor
    folder: Path

    @torch.inference_mode()
    def oracle(
        self,
        reads: npt.NDArray[np.int64],
        positions: npt.NDArray[np.int64],
        adapted: npt.NDArray[np.bool_],
        sees: npt.NDArray[np.bool_],
    ) -> Floats:
        """Normed rows of one whole sequence, each row through the weights it is meant for."""
        ids = torch.from_numpy(reads)
        rows = self.base.embed(ids.clamp(min=0))
        rows = torch.where(ids[:, None] < 0, self.mask, rows)
        own = torch.from_numpy(adapted)[:, None]
        angles = self.base.angles(rows, torch.from_numpy(positions))
        shape = self.base.shape
        pairs = zip(self.base.layers, self.adapted.layers, strict=True)
        for plain, changed in pairs:
            kept: dict[bool, Heads] = {}
            for gate, layer in ((False, plain), (True, changed)):
                layer.forward(shape, rows, angles, partial(_remember, kept, gate))
            q, k, v = (
                torch.where(own[:, :, None], b, a)
                for a, b in zip(kept[False], kept[True], strict=True)
            )
            seen = attention(q, k.transpose(0, 1), v.transpose(0, 1), torch.from_numpy(sees))
            attended = partial(_given, seen)
            outs = [layer.forward(shape, rows, angles, attended) for layer in (plain, changed)]
            rows = torch.where(own, outs[1], outs[0])
        return self.base.normed(rows).numpy()


def _remember(kept: dict[bool, Heads], gate: bool, *heads: torch.Tensor) -> torch.Tensor:
    kept[gate] = heads
    return heads[0]


def _given(seen: torch.Tensor, *_heads: torch.Tensor) -> torch.Tensor:
    return seen


def tiny_decoder(tiny: TinyModel, folder: Path, *, adapter: bool = True) -> TinyDecoder:
    """Convert a tiny model; open it both ways."""
    _round_matrices(tiny.files.tensors, "")
    _round_matrices(tiny.adapter, ".down")
    origin = Origin(sha256=tiny.files.sha256, files=lambda: tiny.files)
    file = tiny.adapter if adapter else None
    made = converted(origin, file, Cache(root=folder / "cache"), form="all8")
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    change = Adapter.open(tiny.adapter, tiny.files.sha256)
    return TinyDecoder(
        exact=OnnxDecoder.open(_with_exact_rows(made), threads=1),
        served=OnnxDecoder.open(made, threads=1),
        base=checkpoint.decoder(),
        adapted=checkpoint.decoder(change.merged),
        mask=change.mask.float(),
        folder=made,
    )


def _round_matrices(file: Path, end: str) -> None:
    with safe_open(file, framework="numpy") as opened:
        metadata = opened.metadata()
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    for name, tensor in tensors.items():
        if tensor.ndim == 2 and name.endswith(end):
            tensors[name] = rounded(tensor, 8).values()
    save_file(tensors, file, metadata)


def _with_exact_rows(folder: Path) -> Path:
    copy = folder.with_name(f"{folder.name}-exact")
    shutil.copytree(folder, copy)
    for file in copy.glob("*.onnx"):
        model = onnx.load(file, load_external_data=False)
        for level in levels(model):
            level.i = 0
        onnx.save(model, file)
    return copy


def levels(model: onnx.ModelProto) -> list[onnx.AttributeProto]:
    """How exact each product with a matrix in blocks is."""
    nodes = [node for node in model.graph.node if node.op_type == "MatMulNBits"]
    return [one for node in nodes for one in node.attribute if one.name == "accuracy_level"]
