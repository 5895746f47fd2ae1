"""LLaDA-MoE: OLMoE's shape with head norms, in which every row sees every other.

A place is predicted by its own row. Its config.json calls itself `llada` like LLaDA 8B; it is the
one that names experts. Read: `modeling_lladamoe.py` and `configuration_lladamoe.py`
(docs/models.md). The bias of the router, where there is one, also weighs.
"""

from dataclasses import replace

from transformers import PretrainedConfig

from unmask_model.families.family import Family
from unmask_model.transformer.checkpoint import Fields, as_kind, expect
from unmask_model.transformer.mlp import Routing
from unmask_model.weights.layout import QWEN3, ExpertNames

EXPECTED = {"qk_layernorm": True, "clip_qkv": None}


def _config(fields: Fields) -> PretrainedConfig:
    expect(fields, EXPECTED)
    dense = fields.get("dense_intermediate_size") or fields.get("expert_intermediate_size")
    return as_kind("llama", {**fields, "intermediate_size": dense})


def _routing(fields: Fields) -> Routing:
    frequency = fields.get("moe_layer_freq") or []
    return Routing(
        experts=fields["num_experts"],
        chosen=fields["num_experts_per_tok"],
        intermediate=fields["expert_intermediate_size"],
        shared=fields.get("shared_expert_intermediate_size") or 0,
        biased=bool(fields.get("moe_router_enable_expert_bias")),
        dense_layers=frozenset(layer for layer, sparse in enumerate(frequency) if not sparse),
    )


FAMILY = Family(
    config=_config,
    layout=replace(QWEN3, experts=ExpertNames(bias="mlp.expert_bias", shared="shared_expert")),
    routing=_routing,
)
