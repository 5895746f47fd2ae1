"""Where a publisher's files keep the parts of a decoder: names of tensors, without `.weight`."""

from collections.abc import Sequence
from dataclasses import dataclass

from unmask_model.protocol.errors import WeightsInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertNames:
    """Names inside a layer whose MLP is a mixture of experts."""

    router: str = "mlp.gate"
    """Scores of the experts."""
    bias: str = "mlp.gate.expert_bias"
    """Added to the scores where the routing is biased; a whole tensor name."""
    each: str = "mlp.experts"
    """What comes before an expert's number."""
    gate_up: tuple[str, str] = ("gate_proj", "up_proj")
    """Inside an expert, and inside the shared one."""
    down: str = "down_proj"
    """Inside an expert, and inside the shared one."""
    shared: str = "mlp.shared_experts"
    """The expert that every row goes through, where there is such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The names; the defaults are those of Llama, Qwen2 and Mistral."""

    embedding: str = "model.embed_tokens"
    """Rows of the tokens."""
    norm: str = "model.norm"
    """The last norm."""
    head: str = "lm_head"
    """Row to logits; may be absent where the embedding serves."""
    layers: str = "model.layers"
    """What comes before a layer's number; all names below are inside a layer."""
    attention_norm: str = "input_layernorm"
    """The norm before attention."""
    qkv: tuple[str, ...] = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
    """Queries, keys and values: three maps, or one that holds all."""
    head_norms: tuple[str, str] | None = None
    """Norms of each query and key head, where there are such."""
    out: str = "self_attn.o_proj"
    """Heads back to a row."""
    mlp_norm: str = "post_attention_layernorm"
    """The norm before the MLP."""
    gate_up: tuple[str, str] = ("mlp.gate_proj", "mlp.up_proj")
    """Gate and up projection of the gated MLP."""
    down: str = "mlp.down_proj"
    """Down projection of the gated MLP."""
    experts: ExpertNames | None = None
    """Names in layers that have experts instead of one MLP."""


LLAMA = Layout()
QWEN3 = Layout(head_norms=("self_attn.q_norm", "self_attn.k_norm"))
LAYOUTS = {"llama": LLAMA, "qwen2": LLAMA, "mistral": LLAMA, "qwen3": QWEN3}
"""Model types of plain decoders, and the names of their parts."""


def check_sizes(name: str, found: Sequence[int] | None, *wanted: int | None) -> None:
    """Raise WeightsInvalid unless a tensor has these sizes; None: it is absent, or may be any."""
    if found is None:
        raise WeightsInvalid(
            f"the weights have no tensor {name!r}; use the file that belongs to its config.json"
        )
    fits = [want in (None, have) for want, have in zip(wanted, found, strict=False)]
    if len(found) != len(wanted) or not all(fits):
        sizes = " x ".join("any" if size is None else str(size) for size in wanted)
        raise WeightsInvalid(
            f"tensor {name!r} is {' x '.join(map(str, found))}, its config.json says {sizes};"
            " use the file that belongs to its config.json"
        )
