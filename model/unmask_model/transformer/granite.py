"""Granite's multipliers as part of its weights, so that its layers are those of a Llama.

Granite scales rows behind the embedding, what a layer adds to them, the scores of its attention
and its logits, by four numbers of its configuration (transformers, modeling_granite.py). All four
commute with a matrix beside them: the function stays the same, up to rounding.
"""

from collections.abc import Mapping
from math import sqrt

from torch import Tensor
from transformers import PretrainedConfig

from unmask_model.weights.layout import LLAMA


def folded(config: PretrainedConfig, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors of a Granite model with its multipliers in them; the head is its own."""
    head, embedding = f"{LLAMA.head}.weight", f"{LLAMA.embedding}.weight"
    untied = {head: tensors[embedding], **tensors} if embedding in tensors else dict(tensors)
    factors = _factors(config)
    return {name: tensor * _factor(name, factors) for name, tensor in untied.items()}


def _factors(config: PretrainedConfig) -> dict[str, float]:
    """By what a module's parameters are multiplied."""
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return {
        LLAMA.embedding: config.embedding_multiplier,
        LLAMA.head: 1 / config.logits_scaling,
        LLAMA.qkv[0]: config.attention_multiplier * sqrt(width),
        LLAMA.out: config.residual_multiplier,
        LLAMA.down: config.residual_multiplier,
    }


def _factor(name: str, factors: dict[str, float]) -> float:
    module = name.rpartition(".")[0]
    return next((factor for end, factor in factors.items() if module.endswith(end)), 1.0)
