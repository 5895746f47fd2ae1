"""Tiny models of the family `causal_block`, and what tests ask of them."""

from collections.abc import Sequence

import numpy as np
import torch
from tiny import TinyModel
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.torch_backend import TorchBackend
from unmask_model.families.denoiser import Context, Pass, Prefilling, Prompt
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint

PROMPT = Prompt(left=tuple(range(40, 140)), right=tuple(range(200, 230)), snippets=(7, 8, 9))


def opened(tiny: TinyModel, adapter: bool = True, device: str = "cpu") -> CausalBlock:
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    backend = TorchBackend(
        checkpoint.to(torch.device(device)),
        Adapter.open(tiny.adapter, tiny.files.sha256) if adapter else None,
    )
    return CausalBlock(backend, open_vocabulary(tiny.files.tokenizer))


def finish(reading: Prefilling) -> Context:
    while True:
        try:
            next(reading)
        except StopIteration as done:
            return done.value


def logits(model: CausalBlock, passes: Sequence[Pass]) -> list[Tensor]:
    """What proposals are made of: the logits of places, then of guesses, (R, V) each."""
    sent = [model._sent(one) for one in passes]
    backend = model._backend
    assert isinstance(backend, TorchBackend)
    rows = [backend.forward([each.inputs])[0] for each in sent]
    return backend.logits([(own, each.speaking) for own, each in zip(rows, sent, strict=True)])


def half_open(model: CausalBlock) -> Canvas:
    canvas = Canvas.blank(8, model.vocabulary.end)
    canvas.commit(np.array([0, 3]), np.array([50, 60]), np.ones(2))
    return canvas


def ask(model: CausalBlock, context: Context, canvas: Canvas, causal: bool = False) -> Tensor:
    places = np.arange(3 if causal else len(canvas))
    return logits(model, [Pass(context=context, canvas=canvas, places=places, causal=causal)])[0]
