"""A decoder from a base model's files: configuration and safetensors under transformers' names."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers import AutoConfig, PretrainedConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from unmask_model.decoder import Decoder, Layer, Projection, Shape
from unmask_model.errors import WeightsInvalid
from unmask_model.projection import Dense

SHAPES = ("llama", "qwen2", "mistral")
"""Model types whose layers are the ones of decoder.py."""

Adapt = Callable[[str, Dense], Projection]
"""(name such as "layers.3.qkv" or "head", the base's map) -> the map to use in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The tensors of a base model, with its configuration."""

    config: PretrainedConfig
    """As transformers reads it."""
    tensors: dict[str, Tensor]
    """By transformers' names."""

    @classmethod
    def open(cls, config: Path, tensors: Path, dtype: torch.dtype) -> "Checkpoint":
        """Read both files; raise WeightsInvalid where they are not a decoder we know."""
        return cls(config=_read_config(config), tensors=_read_tensors(tensors, dtype))

    def decoder(self, adapt: Adapt = lambda _name, dense: dense) -> Decoder:
        """Build the decoder; `adapt` may put another map in the place of any."""
        shape = Shape.of(self.config)
        return Decoder(
            shape=shape,
            rotary=LlamaRotaryEmbedding(self.config),  # type: ignore[arg-type]  # any with its fields
            embedding=self._tensor("model.embed_tokens.weight"),
            layers=tuple(self._layer(index, adapt) for index in range(shape.layers)),
            norm=self._tensor("model.norm.weight"),
            head=adapt("head", Dense(self.head)),
        )

    @property
    def head(self) -> Tensor:
        """Rows of the output head, (vocabulary, hidden); the embedding where they are tied."""
        tied = self._tensor("model.embed_tokens.weight")
        return self.tensors.get("lm_head.weight", tied)

    def _layer(self, index: int, adapt: Adapt) -> Layer:
        name, source = f"layers.{index}", f"model.layers.{index}"
        attention, mlp = f"{source}.self_attn", f"{source}.mlp"
        qkv = self._joined(attention, ["q_proj", "k_proj", "v_proj"])
        return Layer(
            attention_norm=self._tensor(f"{source}.input_layernorm.weight"),
            qkv=adapt(f"{name}.qkv", qkv),
            out=adapt(f"{name}.out", self._joined(attention, ["o_proj"])),
            mlp_norm=self._tensor(f"{source}.post_attention_layernorm.weight"),
            gate_up=adapt(f"{name}.gate_up", self._joined(mlp, ["gate_proj", "up_proj"])),
            down=adapt(f"{name}.down", self._joined(mlp, ["down_proj"])),
        )

    def _joined(self, module: str, parts: list[str]) -> Dense:
        weight = torch.cat([self._tensor(f"{module}.{part}.weight") for part in parts])
        biases = [self.tensors.get(f"{module}.{part}.bias") for part in parts]
        return Dense(
            weight,
            torch.cat([b for b in biases if b is not None])
            if all(b is not None for b in biases)
            else None,
        )

    def _tensor(self, name: str) -> Tensor:
        try:
            return self.tensors[name]
        except KeyError:
            raise WeightsInvalid(
                f"the weights have no tensor {name!r}; use the file that belongs to its config.json"
            ) from None


def _read_config(file: Path) -> PretrainedConfig:
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        kind = fields.pop("model_type")
    except (OSError, ValueError, KeyError) as error:
        raise WeightsInvalid(f"{file} is not a model configuration: {error!r}") from error
    if kind not in SHAPES:
        raise WeightsInvalid(f"{file} describes a {kind!r} model; known are {', '.join(SHAPES)}")
    return AutoConfig.for_model(kind, **fields)


def _read_tensors(file: Path, dtype: torch.dtype) -> dict[str, Tensor]:
    try:
        with safe_open(file, framework="pt") as source:
            return {name: source.get_tensor(name).to(dtype) for name in source.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsInvalid(f"{file} is not a safetensors file: {error}") from error
