"""From GGUF metadata to the `config.json` transformers would have written for the same model.

Supports the two decoder shapes Unmask runs, Qwen2 and Llama, and refuses what it would get wrong
(scaled rotary embeddings, experts) instead of guessing.
"""

from typing import Any

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.gguf.gguf_file import GgufFile

CLASSES = {"qwen2": "Qwen2ForCausalLM", "llama": "LlamaForCausalLM"}

KEYS = {
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "num_hidden_layers": "block_count",
    "num_attention_heads": "attention.head_count",
    "max_position_embeddings": "context_length",
    "rms_norm_eps": "attention.layer_norm_rms_epsilon",
}

TOKEN_KEYS = {
    "bos_token_id": "tokenizer.ggml.bos_token_id",
    "eos_token_id": "tokenizer.ggml.eos_token_id",
    "pad_token_id": "tokenizer.ggml.padding_token_id",
}


def transformers_config(file: GgufFile, *, tied: bool) -> dict[str, Any]:
    """The configuration of the model in `file`; `tied`: the head is the embedding matrix.

    Raises WeightsInvalid for a family or a feature that is not supported.
    """
    arch = file.architecture
    if arch not in CLASSES:
        raise WeightsInvalid(
            f"{file.path} holds a `{arch}` model; supported are {', '.join(sorted(CLASSES))}"
        )
    _refuse_unsupported(file, arch)
    config = {key: file.require(f"{arch}.{name}") for key, name in KEYS.items()}
    config |= {key: file.get(name) for key, name in TOKEN_KEYS.items()}
    heads = config["num_attention_heads"]
    return config | {
        "architectures": [CLASSES[arch]],
        "model_type": arch,
        "num_key_value_heads": file.get(f"{arch}.attention.head_count_kv", heads),
        "head_dim": file.get(f"{arch}.attention.key_length", config["hidden_size"] // heads),
        "rope_theta": file.get(f"{arch}.rope.freq_base", 10_000.0),
        "attention_bias": "blk.0.attn_q.bias" in file.tensors,
        "tie_word_embeddings": tied,
        "vocab_size": file.shape("token_embd.weight")[0],
        "hidden_act": "silu",
    }


def _refuse_unsupported(file: GgufFile, arch: str) -> None:
    scaling = file.get(f"{arch}.rope.scaling.type", "none")
    if scaling != "none" or "rope_freqs.weight" in file.tensors:
        raise WeightsInvalid(
            f"{file.path} scales its rotary embedding, which is not supported; use another base"
        )
    if file.get(f"{arch}.expert_count", 0):
        raise WeightsInvalid(f"{file.path} is a mixture of experts; use a dense base")
