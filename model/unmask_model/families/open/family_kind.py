"""Which family a model's files are of, told by the files; knows no torch."""

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.special_tokens import SpecialTokens
from unmask_model.weights.base_files import BaseFiles
from unmask_model.weights.model_config import read_config
from unmask_model.weights.tokenizer_files import read_tokenizer

STABLE_DIFFCODER = "StableDiffcoderForCausalLM"
"""Architecture that tells that model from a plain Llama."""
KINDS = {
    "CoDA": "coda",
    "Fast_dLLM_Qwen": "fast_dllm",
    "Dream": "dream",
    "llada": "llada",
    "llada2_moe": "llada2",
    "lladamoe": "llada_moe",
    "sdar": "sdar",
}
"""From the model_type of a config.json to a family."""

UNSUPPORTED = {
    "a2d-llama": "two ways of training it have the same files and must be read differently",
    "a2d-qwen2": "two ways of training it have the same files and must be read differently",
    "a2d-qwen3": "two ways of training it have the same files and must be read differently",
    "diffusion_gemma": "it has no mask token: it cannot be asked to fill a place",
    "wedlm": "it reads committed places before open ones, out of their order",
}
"""Diffusion models that are known and cannot be opened, with the reason."""


def family_of(base: BaseFiles) -> str | None:
    """Return the family of a model's files, None for a model that is no diffusion model.

    Raises WeightsInvalid for a diffusion model that is not supported.
    """
    fields = read_config(base.config)
    kind = fields["model_type"]
    if kind in UNSUPPORTED:
        raise WeightsInvalid(f"{base.config} describes a {kind!r} model: {UNSUPPORTED[kind]}")
    if kind == "llada" and "num_experts" in fields:
        return "llada_moe"
    if kind == "llama" and STABLE_DIFFCODER in fields.get("architectures", []):
        return "stable_diffcoder"
    if kind == "qwen2":
        return "open_dcoder" if special_tokens(base).find("mask") is not None else None
    return KINDS.get(kind)


def special_tokens(base: BaseFiles) -> SpecialTokens:
    """Return the special tokens of a model's files."""
    return SpecialTokens(base.config.parent, read_tokenizer(base.tokenizer))
