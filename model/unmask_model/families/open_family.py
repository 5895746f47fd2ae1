"""From a publisher's folder to the denoiser of an open diffusion model, told by its own files."""

from importlib import import_module

from unmask_model.families import FAMILIES
from unmask_model.families.block_causal import BlockCausal
from unmask_model.families.denoiser import Denoiser
from unmask_model.families.family import Family
from unmask_model.families.full_attention import WINDOW, FullAttention
from unmask_model.families.open.stable_diffcoder import ARCHITECTURE
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.special_tokens import SpecialTokens
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.checkpoint import Checkpoint, Fields, read_fields
from unmask_model.transformer.execution import Execution
from unmask_model.transformer.fit import Demand, choose
from unmask_model.transformer.mlp import Routing
from unmask_model.transformer.precision import Precision, best_device
from unmask_model.weights.base_files import BaseFiles
from unmask_model.weights.decoder_shape import DecoderShape
from unmask_model.weights.tensor_files import TensorFiles
from unmask_model.weights.tokenizer_files import read_tokenizer

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
    fields = read_fields(base.config)
    kind = fields["model_type"]
    if kind in UNSUPPORTED:
        raise WeightsInvalid(f"{base.config} describes a {kind!r} model: {UNSUPPORTED[kind]}")
    if kind == "llada" and "num_experts" in fields:
        return "llada_moe"
    if kind == "llama" and ARCHITECTURE in fields.get("architectures", []):
        return "stable_diffcoder"
    if kind == "qwen2":
        return "open_dcoder" if _special(base).find("mask") is not None else None
    return KINDS.get(kind)


def rereads(name: str) -> bool:
    """Whether passes of a family read the whole context again."""
    family: Family = import_module(FAMILIES[name]).FAMILY
    return (BlockCausal if family.default_block else FullAttention).rereads


def open_family(name: str, base: BaseFiles, execution: Execution) -> Denoiser:
    """Load a model of a family.

    Raises WeightsInvalid where the files are not of the family, and DoesNotFit.
    """
    device = execution.device or best_device()
    family: Family = import_module(FAMILIES[name]).FAMILY
    fields, special = read_fields(base.config), _special(base)
    floats = Precision.of(execution.dtype, device).floats
    tensors = TensorFiles(base.tensors, floats, device)
    config = family.config(fields)
    checkpoint = Checkpoint(
        config=config,
        tensors=tensors,
        layout=family.layout,
        routing=_routing(family, fields),
    )
    precision = choose(_demand(checkpoint, tensors.elements()), execution.dtype, device)
    decoder = checkpoint.decoder(lambda _, linear: precision.form(linear))
    vocabulary = Vocabulary.open(base.tokenizer, special.text("eos"))
    kind = BlockCausal if family.default_block else FullAttention
    return kind(decoder, vocabulary, family.conventions(fields, special), execution)


def _demand(checkpoint: Checkpoint, numbers: int) -> Demand:
    embedding = checkpoint.config.vocab_size * checkpoint.config.hidden_size
    tied = f"{checkpoint.layout.head}.weight" not in checkpoint.tensors
    return Demand(
        maps=numbers - (0 if tied else embedding),
        embedding=embedding,
        shape=DecoderShape.of(checkpoint.config.to_dict()),
        tokens=WINDOW,
    )


def _special(base: BaseFiles) -> SpecialTokens:
    return SpecialTokens(base.config.parent, read_tokenizer(base.tokenizer))


def _routing(family: Family, fields: Fields) -> Routing | None:
    try:
        return family.routing(fields)
    except KeyError as missing:
        raise WeightsInvalid(f"config.json lacks {missing}; use the publisher's own") from None
