"""Tiny random decoders on disk, in the publishers' layout, with an adapter that changes them."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    GraniteConfig,
    LlamaConfig,
    MistralConfig,
    PretrainedConfig,
    Qwen2Config,
    Qwen3Config,
)

from unmask_model.transformer.adapter import Adapter
from unmask_model.weights.base_files import BaseFiles

SPECIALS = (
    "<|endoftext|>",
    *(f"<|{name}|>" for name in ("fim_prefix", "fim_suffix", "fim_middle")),
)
SPECIALS += ("<|fim_pad|>", "<|file_sep|>")
SIZES = {
    "vocab_size": 272,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
CONFIGS = {
    "qwen2": Qwen2Config(**SIZES, tie_word_embeddings=True, rope_theta=1e6),
    "llama": LlamaConfig(**SIZES, tie_word_embeddings=False, rope_theta=5e5),
    "mistral": MistralConfig(**SIZES, head_dim=8, sliding_window=4096),
    "qwen3": Qwen3Config(**SIZES, head_dim=12, tie_word_embeddings=True),
    "granite": GraniteConfig(
        **SIZES,
        tie_word_embeddings=True,
        embedding_multiplier=3.0,
        logits_scaling=0.5,
        residual_multiplier=0.4,
        attention_multiplier=0.2,
    ),
    "smollm2": LlamaConfig(**SIZES | {"num_attention_heads": 8}, tie_word_embeddings=True),
    "deepseek_coder": LlamaConfig(
        **SIZES, rope_scaling={"rope_type": "linear", "factor": 4.0}, tie_word_embeddings=False
    ),
}


@dataclass(frozen=True)
class TinyModel:
    """What a test needs to know of a tiny model."""

    files: BaseFiles
    adapter: Path
    oracle: torch.nn.Module


def tiny_model(folder: Path, kind: str) -> TinyModel:
    """Write a tiny model of a kind, and an adapter of it."""
    torch.manual_seed(0)
    config = CONFIGS[kind]
    oracle = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():  # random models are too sure of nothing; make them say something
        for parameter in oracle.parameters():
            parameter.mul_(6.0) if parameter.ndim > 1 else None
    oracle.save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(config.to_dict()))
    tokenizer().save(str(folder / "tokenizer.json"))
    files = BaseFiles(
        config=folder / "config.json",
        tensors=folder / "model.safetensors",
        tokenizer=folder / "tokenizer.json",
        sha256="0" * 64,
    )
    adapter = folder / "adapter.safetensors"
    random_adapter(config).save(adapter)
    return TinyModel(files=files, adapter=adapter, oracle=oracle)


def tokenizer(specials: tuple[str, ...] = SPECIALS) -> Tokenizer:
    """A byte-level tokenizer without merges."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(name, special=True) for name in specials])
    return made


def random_adapter(config: PretrainedConfig, rank: int = 3, scale: float = 0.3) -> Adapter:
    """An adapter of random factors."""
    random = torch.Generator().manual_seed(1)
    hidden, inner = config.hidden_size, config.intermediate_size
    width = getattr(config, "head_dim", None) or hidden // config.num_attention_heads
    queries, keys = (
        width * heads for heads in (config.num_attention_heads, config.num_key_value_heads)
    )
    widths = {
        "qkv": (hidden, queries + 2 * keys),
        "out": (queries, hidden),
        "gate_up": (hidden, 2 * inner),
        "down": (inner, hidden),
    }
    tensors = {"mask": torch.randn(hidden, generator=random)}
    for layer in range(config.num_hidden_layers):
        for name, (narrow, wide) in widths.items():
            key = f"layers.{layer}.{name}"
            tensors[f"{key}.down"] = scale * torch.randn(rank, narrow, generator=random)
            tensors[f"{key}.up"] = scale * torch.randn(wide, rank, generator=random)
    return Adapter(tensors=tensors, metadata={"base_sha256": "0" * 64, "block": "8"})
