"""Tiny real files: GGUF models of a few kilobytes, and a cache of their own."""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt
import pytest
from tokenizers.pre_tokenizers import ByteLevel

from unmask_model.weights.gguf.gguf_tokenizer import CONTROL, UNUSED, USER_DEFINED
from unmask_model.weights.sources.cache import Cache

Array = npt.NDArray[np.float32]
WriteGguf = Callable[..., Path]

HIDDEN, HEADS, KV_HEADS, FFN, LAYERS = 32, 4, 2, 64, 2
MERGES = ["r e", "t u", "re tu", "r n", "retu rn", "Ġ Ġ", "ĠĠ ĠĠ"]
ARCHITECTURES = {"qwen2": gguf.MODEL_ARCH.QWEN2, "llama": gguf.MODEL_ARCH.LLAMA}
SPECIAL = ["<|endoftext|>", "<|fim_middle|>"]


def vocabulary() -> tuple[list[str], list[int]]:
    """Tokens and their types: bytes, merges, special tokens, one defined by users, padding."""
    plain = sorted(ByteLevel.alphabet()) + [merge.replace(" ", "") for merge in MERGES]
    tokens = [*plain, *SPECIAL, "<tool>", "[PAD0]", "[PAD1]"]
    return tokens, [1] * len(plain) + [CONTROL] * len(SPECIAL) + [USER_DEFINED] + [UNUSED] * 2


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(root=tmp_path / "cache")


@pytest.fixture
def model_tensors() -> Callable[[str], dict[str, Array]]:
    """Random tensors of a tiny model under transformers' names."""
    return _model_tensors


@pytest.fixture
def write_gguf(tmp_path: Path) -> WriteGguf:
    """Writes tensors, given under transformers' names, as llama.cpp would."""
    return lambda arch="qwen2", **options: _write(tmp_path / f"{arch}.gguf", arch, **options)


def _model_tensors(arch: str) -> dict[str, Array]:
    random = np.random.default_rng(7)
    shapes = {
        "model.embed_tokens.weight": (len(vocabulary()[0]), HIDDEN),
        "model.norm.weight": (HIDDEN,),
    }
    for layer in range(LAYERS):
        shapes |= {f"model.layers.{layer}.{name}": shape for name, shape in _layer(arch).items()}
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def _layer(arch: str) -> dict[str, tuple[int, ...]]:
    kv = HIDDEN // HEADS * KV_HEADS
    shapes: dict[str, tuple[int, ...]] = {
        "input_layernorm.weight": (HIDDEN,),
        "self_attn.q_proj.weight": (HIDDEN, HIDDEN),
        "self_attn.k_proj.weight": (kv, HIDDEN),
        "self_attn.v_proj.weight": (kv, HIDDEN),
        "self_attn.o_proj.weight": (HIDDEN, HIDDEN),
        "post_attention_layernorm.weight": (HIDDEN,),
        "mlp.gate_proj.weight": (FFN, HIDDEN),
        "mlp.up_proj.weight": (FFN, HIDDEN),
        "mlp.down_proj.weight": (HIDDEN, FFN),
    }
    biases = {"q": HIDDEN, "k": kv, "v": kv} if arch == "qwen2" else {}
    return shapes | {f"self_attn.{part}_proj.bias": (size,) for part, size in biases.items()}


def _write(
    path: Path,
    arch: str,
    *,
    tensors: dict[str, Array] | None = None,
    head: Array | None = None,
    quantized: dict[str, gguf.GGMLQuantizationType] | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    tensors = dict(tensors or _model_tensors(arch))
    if head is not None:
        tensors["lm_head.weight"] = head
    writer = gguf.GGUFWriter(path, arch)
    _add_metadata(writer, arch)
    for key, value in (metadata or {}).items():
        writer.add_string(key, value)
    names = gguf.get_tensor_name_map(ARCHITECTURES[arch], LAYERS)
    for name, values in tensors.items():
        stored = names.get_name(name, try_suffixes=(".weight", ".bias")) or name
        kind = (quantized or {}).get(name)
        rows = _permuted(name, values) if arch == "llama" else values
        writer.add_tensor(
            stored, rows if kind is None else gguf.quantize(rows, kind), raw_dtype=kind
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_metadata(writer: gguf.GGUFWriter, arch: str) -> None:
    tokens, types = vocabulary()
    writer.add_context_length(256)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FFN)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(tokens.index(SPECIAL[0]))


def _permuted(name: str, values: Array) -> Array:
    """What llama.cpp's converter does to the query and key rows of the Llama family."""
    heads = {"q_proj": HEADS, "k_proj": KV_HEADS}.get(name.split(".")[-2])
    if heads is None:
        return values
    rows = values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:])
    return rows.swapaxes(1, 2).reshape(values.shape)
