"""LLaDA2.0 mini and flash: Ling's mixture of experts that writes block after block.

A place is predicted by its own row; heads are turned in part; experts are chosen within the best
groups of them, by sigmoids and a bias that does not weigh. The length of a block, 32, is a
convention of the publisher's `generate`; a config.json that names one is believed. Read:
`modeling_llada2_moe.py` and `configuration_llada2_moe.py` (docs/models.md).
"""

from transformers import PretrainedConfig

from unmask_model.families.family import Family, closed_by_end
from unmask_model.transformer.checkpoint import Fields, as_kind, expect
from unmask_model.transformer.mlp import Routing
from unmask_model.weights.layout import ExpertNames, Layout

EXPECTED = {"use_qk_norm": True, "norm_head": False, "score_function": "sigmoid"}


def _config(fields: Fields) -> PretrainedConfig:
    expect(fields, EXPECTED)
    return as_kind("llama", fields)


def _routing(fields: Fields) -> Routing:
    chosen, width = fields["num_experts_per_tok"], fields["moe_intermediate_size"]
    return Routing(
        experts=fields["num_experts"],
        chosen=chosen,
        intermediate=width,
        shared=width * (fields.get("num_shared_experts") or 0),
        biased=True,
        sigmoid=True,
        groups=fields["n_group"],
        groups_chosen=fields["topk_group"],
        normalized=chosen > 1,
        scale=fields["routed_scaling_factor"],
        dense_layers=frozenset(range(fields.get("first_k_dense_replace", 0))),
    )


FAMILY = Family(
    config=_config,
    layout=Layout(
        embedding="model.word_embeddings",
        qkv=("attention.query_key_value",),
        head_norms=("attention.query_layernorm", "attention.key_layernorm"),
        out="attention.dense",
        experts=ExpertNames(),
    ),
    routing=_routing,
    length_of=closed_by_end,
    default_block=32,
)
