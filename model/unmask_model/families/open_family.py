"""From a publisher's folder to the denoiser of an open diffusion model, told by its own files."""

from importlib import import_module

from unmask_model.families import FAMILIES
from unmask_model.families.block_causal import BlockCausal
from unmask_model.families.denoiser import Denoiser
from unmask_model.families.family import Family
from unmask_model.families.full_attention import WINDOW, FullAttention
from unmask_model.families.open.family_kind import special_tokens
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.checkpoint import Checkpoint, Fields
from unmask_model.transformer.execution import Execution
from unmask_model.transformer.fit import Demand, choose
from unmask_model.transformer.mlp import Routing
from unmask_model.transformer.precision import Precision, best_device
from unmask_model.transformer.tensor_files import TensorFiles
from unmask_model.weights.base_files import BaseFiles
from unmask_model.weights.decoder_shape import DecoderShape
from unmask_model.weights.model_config import read_config


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
    fields, special = read_config(base.config), special_tokens(base)
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


def _routing(family: Family, fields: Fields) -> Routing | None:
    try:
        return family.routing(fields)
    except KeyError as missing:
        raise WeightsInvalid(f"config.json lacks {missing}; use the publisher's own") from None
