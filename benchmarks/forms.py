"""The model `small` on ONNX Runtime with its weights in one form or another."""

from importlib.resources import files
from pathlib import Path

from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.onnx_backend import OnnxBackend
from unmask_model.families.open_model import OpenedModel
from unmask_model.onnx.converted_names import TOKENIZER
from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.onnx.decoder_weights import BEST, Form
from unmask_model.onnx.export import converted
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.weights.base_files import find_base
from unmask_model.weights.bases import QWEN25_CODER_05B
from unmask_model.weights.sources.cache import Cache

ADAPTER = Path(str(files("unmask_model.families.causal_block") / "adapters/small.safetensors"))


def folder_of(form: Form = BEST) -> Path:
    """Return the converted folder of a form, made if there is none."""
    return converted(find_base(QWEN25_CODER_05B.name), ADAPTER, Cache.of_user(), form=form)


def in_form(form: Form) -> OpenedModel:
    """Open the model with its layers' weights in a form."""
    folder = folder_of(form)
    denoiser = CausalBlock(
        OnnxBackend(OnnxDecoder.open(folder)), open_vocabulary(folder / TOKENIZER)
    )
    return OpenedModel(name=f"small, {form}", denoiser=denoiser, sampler="verify")
