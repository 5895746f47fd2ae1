"""Tiny random checkpoints of open diffusion models, in their publishers' exact file layouts.

Each is made from one of transformers' own models, which stays its oracle: the right mask, given to
modules that somebody else wrote.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tiny import SIZES, tokenizer
from tiny_layouts import AS_LLADA, Tensors, as_llada2, split_experts
from tokenizers import AddedToken
from transformers import (
    AutoModelForCausalLM,
    Glm4MoeConfig,
    LlamaConfig,
    PretrainedConfig,
    Qwen2Config,
    Qwen3Config,
    Qwen3MoeConfig,
)

from unmask_model.weights.base_files import BaseFiles, open_base
from unmask_model.weights.sources.cache import Cache

QWEN2 = {**SIZES, "rope_theta": 1e6, "tie_word_embeddings": False}
QWEN3 = {**QWEN2, "head_dim": 8, "attention_bias": False}


@dataclass(frozen=True, kw_only=True)
class TinyFamily:
    """How one family's files are written, and what says the same."""

    oracle: PretrainedConfig
    config: dict[str, Any]
    """The publisher's config.json, without what tensors and tokenizer settle."""
    specials: tuple[str, ...]
    tokenizer_config: dict[str, Any]
    rename: Callable[[Tensors], Tensors] = dict
    sharded: bool = False
    qwen2_tokenizer: bool = False
    """Vocabulary and merges in place of a tokenizer.json."""
    shift: bool = False
    block: int = 0
    opening: str = ""
    closing: str = ""


@dataclass(frozen=True)
class TinyModel:
    """What a test needs to know of a tiny model."""

    files: BaseFiles
    oracle: torch.nn.Module
    family: TinyFamily
    ids: dict[str, int] = field(default_factory=dict)


DREAM_SPECIALS = ("<|endoftext|>", "<|beginoftext|>", "<|mask|>")
DREAM = {
    "config": {"model_type": "Dream", "architectures": ["DreamModel"], "rope_scaling": None},
    "oracle": Qwen2Config(**QWEN2),
    "qwen2_tokenizer": True,
    "shift": True,
    "opening": "<|beginoftext|>",
    "closing": "<|endoftext|>",
}
QWEN_NAMES = {"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}
FIM = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")

FAMILIES = {
    "dream": TinyFamily(
        **DREAM,
        sharded=True,
        specials=DREAM_SPECIALS,
        tokenizer_config={
            **QWEN_NAMES,
            "bos_token": "<|beginoftext|>",
            "mask_token": "<|mask|>",
            "tokenizer_class": "DreamTokenizer",
        },
    ),
    "dreamon": TinyFamily(
        **DREAM,
        specials=(*DREAM_SPECIALS, "<|expand|>"),
        tokenizer_config={
            **QWEN_NAMES,
            "bos_token": "<|beginoftext|>",
            "mask_token": "<|mask|>",
            "tokenizer_class": "DreamTokenizer",
        },
    ),
    "open_dcoder": TinyFamily(
        oracle=Qwen2Config(**{**QWEN2, "tie_word_embeddings": True}),
        config={"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]},
        specials=("<|endoftext|>", *FIM, "<M>"),
        tokenizer_config={**QWEN_NAMES, "mask_token": {"content": "<M>", "special": True}},
        shift=True,
    ),
    "coda": TinyFamily(
        oracle=Qwen3Config(**QWEN3),
        config={"model_type": "CoDA", "architectures": ["CoDALanguageModel"]},
        specials=("<|endoftext|>", "<|im_end|>", "<|mask|>"),
        tokenizer_config={"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
        shift=True,
    ),
    "llada": TinyFamily(
        oracle=LlamaConfig(**{**SIZES, "num_key_value_heads": 4}, rope_theta=5e5),
        config={
            "model_type": "llada",
            "architectures": ["LLaDAModelLM"],
            "d_model": SIZES["hidden_size"],
            "n_layers": SIZES["num_hidden_layers"],
            "n_heads": SIZES["num_attention_heads"],
            "n_kv_heads": 4,
            "mlp_hidden_size": SIZES["intermediate_size"],
            "embedding_size": SIZES["vocab_size"],
            "vocab_size": SIZES["vocab_size"],
            "max_sequence_length": SIZES["max_position_embeddings"],
            "rms_norm_eps": 1e-6,
            "rope_theta": 5e5,
            "rope": True,
            "alibi": False,
            "block_type": "llama",
            "activation_type": "silu",
            "layer_norm_type": "rms",
            "include_bias": False,
            "include_qkv_bias": False,
            "weight_tying": False,
        },
        specials=("<|startoftext|>", "<|endoftext|>", "<|mdm_mask|>"),
        tokenizer_config={"eos_token": "<|endoftext|>", "bos_token": "<|startoftext|>"},
        rename=AS_LLADA,
    ),
    "llada_moe": TinyFamily(
        oracle=Qwen3MoeConfig(
            **{**QWEN3, "rope_theta": 5e4},
            num_experts=6,
            num_experts_per_tok=2,
            moe_intermediate_size=24,
            norm_topk_prob=False,
            mlp_only_layers=[0],
        ),
        config={
            "model_type": "llada",
            "architectures": ["LLaDAMoEModelLM"],
            "num_experts": 6,
            "expert_intermediate_size": 24,
            "dense_intermediate_size": SIZES["intermediate_size"],
            "shared_expert_intermediate_size": None,
            "qk_layernorm": True,
            "partial_rotary_factor": 1,
            "moe_layer_freq": [0, 1],
            "moe_router_enable_expert_bias": False,
            "moe_router_score_function": "softmax",
        },
        specials=("<|endoftext|>", "<|role_end|>", "<|mask|>"),
        tokenizer_config={"eos_token": "<|endoftext|>", "mask_token": "<|mask|>"},
        rename=split_experts,
    ),
    "sdar": TinyFamily(
        oracle=Qwen3Config(**QWEN3),
        config={"model_type": "sdar", "architectures": ["SDARForCausalLM"]},
        specials=("<|endoftext|>", *FIM, "<|im_end|>", "<|MASK|>"),
        tokenizer_config={**QWEN_NAMES, "mask_token": "<|MASK|>"},
        block=4,
    ),
    "fast_dllm": TinyFamily(
        oracle=Qwen2Config(**QWEN2),
        config={
            "model_type": "Fast_dLLM_Qwen",
            "architectures": ["Fast_dLLM_QwenForCausalLM"],
            "bd_size": 8,
        },
        specials=("<|endoftext|>", *FIM, "<|im_end|>", "|<MASK>|"),
        tokenizer_config=QWEN_NAMES,
        shift=True,
        block=8,
    ),
    "stable_diffcoder": TinyFamily(
        oracle=LlamaConfig(**SIZES, rope_theta=5e5),
        config={"model_type": "llama", "architectures": ["StableDiffcoderForCausalLM"]},
        specials=("<|endoftext|>", "<[MASK_TOKEN]>"),
        tokenizer_config={"eos_token": "<|endoftext|>", "mask_token": "<[MASK_TOKEN]>"},
        block=4,
    ),
    "llada2": TinyFamily(
        oracle=Glm4MoeConfig(
            **{**QWEN3, "head_dim": 16, "rope_theta": 6e5},
            partial_rotary_factor=0.5,
            n_routed_experts=8,
            n_shared_experts=1,
            num_experts_per_tok=2,
            moe_intermediate_size=24,
            n_group=4,
            topk_group=2,
            routed_scaling_factor=2.5,
            first_k_dense_replace=1,
            norm_topk_prob=True,
            use_qk_norm=True,
        ),
        config={
            "model_type": "llada2_moe",
            "architectures": ["LLaDA2MoeModelLM"],
            "num_experts": 8,
            "num_shared_experts": 1,
            "use_qkv_bias": False,
            "use_bias": False,
            "norm_head": False,
            "score_function": "sigmoid",
        },
        specials=("<|startoftext|>", "<|endoftext|>", "<|role_end|>", "<|mask|>"),
        tokenizer_config={"eos_token": "<|endoftext|>", "bos_token": "<|startoftext|>"},
        rename=as_llada2,
        block=32,
    ),
}
OWN_KEYS = {"llada"}
"""Families whose config.json shares no key with transformers'."""


def tiny_family(folder: Path, name: str) -> TinyModel:
    """Write a tiny checkpoint of a family; open it as users do."""
    family = FAMILIES[name]
    folder.mkdir(parents=True, exist_ok=True)
    oracle = _oracle(family.oracle)
    ids = _write_tokenizer(folder, family)
    _write_config(folder, name, family, ids)
    state = {key: tensor.clone() for key, tensor in oracle.state_dict().items()}
    if family.oracle.tie_word_embeddings:
        del state["lm_head.weight"]
    _write_tensors(folder, family.rename(state), sharded=family.sharded)
    files = open_base(folder, cache=Cache(root=folder / "cache"))
    return TinyModel(files=files, oracle=oracle, family=family, ids=ids)


def _oracle(config: PretrainedConfig) -> torch.nn.Module:
    torch.manual_seed(0)
    oracle = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():  # random models are too sure of nothing; make them say something
        for name, parameter in oracle.named_parameters():
            if parameter.ndim > 1:
                parameter.mul_(4.0)
            elif "norm" in name:
                parameter.uniform_(0.5, 1.5)
            else:
                parameter.uniform_(-0.2, 0.2)
        for name, buffer in oracle.named_buffers():
            if "correction_bias" in name:
                buffer.uniform_(0.0, 0.2)
    return oracle


def _write_tokenizer(folder: Path, family: TinyFamily) -> dict[str, int]:
    made = tokenizer(())
    made.add_special_tokens([AddedToken(text, special=True) for text in family.specials])
    ids = {text: made.token_to_id(text) for text in family.specials}
    config = dict(family.tokenizer_config)
    if family.qwen2_tokenizer:
        model = json.loads(made.to_str())["model"]
        (folder / "vocab.json").write_text(json.dumps(model["vocab"]))
        (folder / "merges.txt").write_text("#version: 0.2\n")
        config["added_tokens_decoder"] = {
            str(id_): {"content": text, "special": True} for text, id_ in ids.items()
        }
    else:
        made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return ids


def _write_config(folder: Path, name: str, family: TinyFamily, ids: dict[str, int]) -> None:
    theirs = {} if name in OWN_KEYS else family.oracle.to_dict()
    rope = theirs.pop("rope_parameters", None) or {}
    config = {**theirs, **{k: v for k, v in rope.items() if k != "rope_type"}, **family.config}
    config["eos_token_id"] = ids["<|endoftext|>"]
    mask = next(
        text
        for text in ids
        if text.lower() in {"<|mask|>", "<|mdm_mask|>", "<m>", "<[mask_token]>", "|<mask>|"}
    )
    if name in {"dream", "dreamon", "llada", "coda"}:
        config["mask_token_id"] = ids[mask]
    (folder / "config.json").write_text(json.dumps(config))


def _write_tensors(folder: Path, tensors: Tensors, *, sharded: bool) -> None:
    if not sharded:
        save_file(tensors, folder / "model.safetensors")
        return
    names = sorted(tensors)
    shards = {
        f"model-0000{number}-of-00002.safetensors": chosen
        for number, chosen in enumerate((names[::2], names[1::2]), start=1)
    }
    for shard, chosen in shards.items():
        save_file({key: tensors[key] for key in chosen}, folder / shard)
    where = {key: shard for shard, chosen in shards.items() for key in chosen}
    index = {"metadata": {}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
