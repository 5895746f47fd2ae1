"""The names and shapes under which publishers keep tensors, made from those of transformers."""

import re
from collections.abc import Callable

import torch
from tiny import SIZES
from torch import Tensor

Tensors = dict[str, Tensor]


def split_experts(tensors: Tensors) -> Tensors:
    """From transformers' fused experts to one set of tensors each, as all publishers have them."""
    split: Tensors = {}
    for name, tensor in tensors.items():
        if name.endswith("experts.gate_up_proj"):
            for k, both in enumerate(tensor):
                gate, up = both.chunk(2)
                stem = name.removesuffix("gate_up_proj")
                split[f"{stem}{k}.gate_proj.weight"] = gate.clone()
                split[f"{stem}{k}.up_proj.weight"] = up.clone()
        elif name.endswith("experts.down_proj"):
            stem = name.removesuffix("down_proj")
            split |= {f"{stem}{k}.down_proj.weight": one.clone() for k, one in enumerate(tensor)}
        else:
            split[name] = tensor
    return split


def renamed(*pairs: tuple[str, str]) -> Callable[[Tensors], Tensors]:
    """Replace patterns in names, in turn."""

    def rename(tensors: Tensors) -> Tensors:
        out = {}
        for name, tensor in tensors.items():
            for pattern, replacement in pairs:
                name = re.sub(pattern, replacement, name)
            out[name] = tensor
        return out

    return rename


def as_llada2(tensors: Tensors) -> Tensors:
    """Ling's names, with queries, keys and values in one matrix."""
    split = split_experts(tensors)
    for index in range(SIZES["num_hidden_layers"]):
        stem = f"model.layers.{index}.self_attn"
        parts = [split.pop(f"{stem}.{part}_proj.weight") for part in "qkv"]
        split[f"{stem}.query_key_value.weight"] = torch.cat(parts)
    return renamed(
        ("embed_tokens", "word_embeddings"),
        (r"self_attn\.o_proj", "self_attn.dense"),
        (r"self_attn\.q_norm", "self_attn.query_layernorm"),
        (r"self_attn\.k_norm", "self_attn.key_layernorm"),
        ("self_attn", "attention"),
        ("e_score_correction_bias", "expert_bias"),
    )(split)


AS_LLADA = renamed(
    (r"^lm_head", "model.transformer.ff_out"),
    (r"model\.embed_tokens", "model.transformer.wte"),
    (r"model\.norm", "model.transformer.ln_f"),
    (r"model\.layers", "model.transformer.blocks"),
    (r"self_attn\.o_proj", "attn_out"),
    (r"self_attn\.", ""),
    ("input_layernorm", "attn_norm"),
    ("post_attention_layernorm", "ff_norm"),
    (r"mlp\.gate_proj", "ff_proj"),
    (r"mlp\.up_proj", "up_proj"),
    (r"mlp\.down_proj", "ff_out"),
)
