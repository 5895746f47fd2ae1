"""A decoder from a publisher's files: configuration and safetensors, under their own names."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, PretrainedConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.transformer.decoder import Decoder, Layer
from unmask_model.transformer.granite import folded
from unmask_model.transformer.linear import Linear, Projection
from unmask_model.transformer.mlp import Gated, Mixture, Routing
from unmask_model.transformer.tensor_files import TensorFiles
from unmask_model.weights.decoder_shape import DecoderShape
from unmask_model.weights.layout import LAYOUTS, LLAMA, ExpertNames, Layout, check_sizes
from unmask_model.weights.model_config import read_config

SHAPES = LAYOUTS | {"granite": LLAMA}
"""Model types whose layers are the ones of decoder.py, and the names of their parts."""

Fields = dict[str, Any]
"""What a config.json says."""

Adapt = Callable[[str, Linear], Projection]
"""(name such as "layers.3.qkv" or "head", the base's map) -> the map to use in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The tensors of a model, with its configuration."""

    config: PretrainedConfig
    """As transformers reads it."""
    tensors: Mapping[str, Tensor]
    """By the publisher's names."""
    layout: Layout = LLAMA
    """The publisher's names."""
    routing: Routing | None = None
    """How rows find their experts, where layers have such."""

    @classmethod
    def open(cls, config: Path, tensors: Path, dtype: torch.dtype) -> "Checkpoint":
        """Read both files; raise WeightsInvalid where they are not a decoder we know."""
        fields = read_config(config)
        kind = fields["model_type"]
        if kind not in SHAPES:
            known = ", ".join(SHAPES)
            raise WeightsInvalid(f"{config} describes a {kind!r} model; known are {known}")
        read = as_kind(kind, fields), dict(TensorFiles(tensors, dtype))
        found = folded(*read) if kind == "granite" else read[1]
        return cls(config=read[0], tensors=found, layout=SHAPES[kind])

    def to(self, device: torch.device) -> "Checkpoint":
        """Return the checkpoint with its tensors on a device."""
        return replace(self, tensors={name: one.to(device) for name, one in self.tensors.items()})

    def first(self, layers: int) -> "Checkpoint":
        """Return the model that its first layers are, with its own norm and head behind them.

        0 stands for all layers.
        """
        if not layers:
            return self
        config = copy.deepcopy(self.config)
        config.num_hidden_layers = layers
        return replace(self, config=config)

    def decoder(self, adapt: Adapt = lambda _name, dense: dense) -> Decoder:
        """Build the decoder; `adapt` may put another map in the place of any.

        Raises WeightsInvalid for the first tensor that is missing or has another shape.
        """
        shape = DecoderShape.of(self.config.to_dict())
        embedding = self._weight(self.layout.embedding, None, shape.hidden)
        return Decoder(
            shape=shape,
            rotary=_rotary(self.config, shape.head_dim).to(embedding.device),
            embedding=embedding,
            layers=tuple(self._layer(index, shape, adapt) for index in range(shape.layers)),
            norm=self._weight(self.layout.norm, shape.hidden),
            head=adapt("head", Linear(self.head)),
        )

    @property
    def head(self) -> Tensor:
        """Rows of the output head, (vocabulary, hidden); the embedding where they are tied."""
        absent = f"{self.layout.head}.weight" not in self.tensors
        name = self.layout.embedding if absent else self.layout.head
        return self._weight(name, None, self.config.hidden_size)

    def _layer(self, index: int, shape: DecoderShape, adapt: Adapt) -> Layer:
        names, before = self.layout, f"{self.layout.layers}.{index}"
        here = f"layers.{index}"
        queries, keys = shape.queries, shape.keys
        widths = [queries, keys, keys] if len(names.qkv) > 1 else [queries + 2 * keys]
        qkv = self._joined(before, names.qkv, widths, shape.hidden)
        out = self._joined(before, [names.out], [shape.hidden], queries)
        return Layer(
            attention_norm=self._weight(f"{before}.{names.attention_norm}", shape.hidden),
            qkv=adapt(f"{here}.qkv", qkv),
            head_norms=self._head_norms(before, shape.head_dim),
            out=adapt(f"{here}.out", out),
            mlp_norm=self._weight(f"{before}.{names.mlp_norm}", shape.hidden),
            mlp=self._mlp(index, shape, adapt),
        )

    def _head_norms(self, before: str, width: int) -> tuple[Tensor, Tensor] | None:
        if self.layout.head_norms is None:
            return None
        queries, keys = self.layout.head_norms
        return self._weight(f"{before}.{queries}", width), self._weight(f"{before}.{keys}", width)

    def _mlp(self, index: int, shape: DecoderShape, adapt: Adapt) -> Projection:
        names, before = self.layout, f"{self.layout.layers}.{index}"
        if self.routing and names.experts and index not in self.routing.dense_layers:
            return self._mixture(before, names.experts, self.routing, adapt)
        here = f"layers.{index}"
        gate_up, down = self._gated(before, names.gate_up, names.down, shape.intermediate)
        return Gated(gate_up=adapt(f"{here}.gate_up", gate_up), down=adapt(f"{here}.down", down))

    def _mixture(self, before: str, names: ExpertNames, routing: Routing, adapt: Adapt) -> Mixture:
        def expert(where: str, width: int) -> Gated:
            gate_up, down = self._gated(f"{before}.{where}", names.gate_up, names.down, width)
            return Gated(gate_up=adapt("expert", gate_up), down=adapt("expert", down))

        bias, width = f"{before}.{names.bias}", routing.intermediate
        return Mixture(
            routing=routing,
            router=self._weight(f"{before}.{names.router}", routing.experts, None),
            bias=self._tensor(bias, routing.experts) if routing.biased else None,
            experts=tuple(expert(f"{names.each}.{k}", width) for k in range(routing.experts)),
            shared=expert(names.shared, routing.shared) if routing.shared else None,
        )

    def _gated(
        self, before: str, gate_up: Sequence[str], down: str, width: int
    ) -> tuple[Linear, Linear]:
        hidden = self.config.hidden_size
        joined = self._joined(before, gate_up, [width, width], hidden)
        return joined, self._joined(before, [down], [hidden], width)

    def _joined(
        self, before: str, parts: Sequence[str], widths: Sequence[int], into: int
    ) -> Linear:
        """One map of several parts that read the same row, `widths` wide each."""
        names = [f"{before}.{part}" for part in parts]
        sized = list(zip(names, widths, strict=True))
        weights = [self._weight(name, width, into) for name, width in sized]
        if not any(f"{name}.bias" in self.tensors for name in names):
            return Linear(torch.cat(weights))
        biases = [self._tensor(f"{name}.bias", width) for name, width in sized]
        return Linear(torch.cat(weights), torch.cat(biases))

    def _weight(self, name: str, *shape: int | None) -> Tensor:
        return self._tensor(f"{name}.weight", *shape)

    def _tensor(self, name: str, *shape: int | None) -> Tensor:
        """Return a tensor of a shape; None stands for any size."""
        found = self.tensors.get(name)
        check_sizes(name, None if found is None else found.shape, *shape)
        assert found is not None
        return found


def as_kind(kind: str, fields: Fields) -> PretrainedConfig:
    """Return a configuration of one of transformers' own model types."""
    expect(fields, {"hidden_act": "silu", "use_sliding_window": False})
    try:
        rest = {name: value for name, value in fields.items() if name != "model_type"}
        return AutoConfig.for_model(kind, **rest)
    except (TypeError, ValueError) as error:
        raise WeightsInvalid(f"config.json is not one of a {kind} model: {error}") from error


def expect(fields: Fields, expected: Fields) -> None:
    """Raise WeightsInvalid where a config.json asks for what this code does not do."""
    for key, value in expected.items():
        if fields.get(key, value) != value:
            raise WeightsInvalid(f"config.json has {key} {fields[key]!r}; only {value!r} is known")


def _rotary(config: PretrainedConfig, head_dim: int) -> LlamaRotaryEmbedding:
    """Angles for the whole head, or for its first part where only that is turned."""
    turned = copy.deepcopy(config)
    settings = getattr(config, "rope_parameters", None) or {}
    part = settings.get("partial_rotary_factor") or getattr(config, "partial_rotary_factor", None)
    turned.head_dim = int(head_dim * (part or 1.0))
    return LlamaRotaryEmbedding(turned)  # type: ignore[arg-type]  # any with its fields
