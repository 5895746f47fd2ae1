"""LLaDA 8B and 1.5: a Llama under names of its own, in which every row sees every other.

A place is predicted by its own row. Read: `modeling_llada.py` and `configuration_llada.py`
(docs/models.md). The gate is `ff_proj`; `ff_out` is down inside a layer, and the head outside.
"""

from transformers import PretrainedConfig

from unmask_model.families.family import Family
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.transformer.checkpoint import Fields, as_kind, expect
from unmask_model.weights.layout import Layout

RENAMED = {
    "d_model": "hidden_size",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "mlp_hidden_size": "intermediate_size",
    "max_sequence_length": "max_position_embeddings",
    "embedding_size": "vocab_size",
    "rms_norm_eps": "rms_norm_eps",
    "rope_theta": "rope_theta",
}
"""From the publisher's keys to those of a Llama."""
EXPECTED = {
    "block_type": "llama",
    "layer_norm_type": "rms",
    "activation_type": "silu",
    "rope": True,
    "alibi": False,
    "input_emb_norm": False,
    "scale_logits": False,
    "attention_layer_norm": False,
    "block_group_size": 1,
}
"""What the publisher's code offers besides was never published as a model."""


def _config(fields: Fields) -> PretrainedConfig:
    expect(fields, EXPECTED)
    missing = [key for key in RENAMED if fields.get(key) is None]
    if missing:
        raise WeightsInvalid(f"config.json of a LLaDA model lacks {', '.join(missing)}")
    renamed = {theirs: fields[ours] for ours, theirs in RENAMED.items()}
    kv_heads = fields.get("n_kv_heads") or fields["n_heads"]
    return as_kind("llama", {**renamed, "num_key_value_heads": kv_heads})


FAMILY = Family(
    config=_config,
    layout=Layout(
        embedding="model.transformer.wte",
        norm="model.transformer.ln_f",
        head="model.transformer.ff_out",
        layers="model.transformer.blocks",
        attention_norm="attn_norm",
        qkv=("q_proj", "k_proj", "v_proj"),
        out="attn_out",
        mlp_norm="ff_norm",
        gate_up=("ff_proj", "up_proj"),
        down="ff_out",
    ),
)
