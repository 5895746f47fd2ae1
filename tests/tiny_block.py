"""Tiny models of the family `causal_block`, and what tests ask of them."""

from collections.abc import Generator

import torch
from tiny import TinyModel
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.denoiser import Context, Pass, Prompt
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint

PROMPT = Prompt(left=tuple(range(40, 140)), right=tuple(range(200, 230)), snippets=(7, 8, 9))


def opened(tiny: TinyModel, adapter: bool = True, device: str = "cpu") -> CausalBlock:
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    return CausalBlock(
        checkpoint.to(torch.device(device)),
        open_vocabulary(tiny.files.tokenizer),
        Adapter.open(tiny.adapter, tiny.files.sha256) if adapter else None,
    )


def finish(reading: Generator[int, None, Context]) -> Context:
    while True:
        try:
            next(reading)
        except StopIteration as done:
            return done.value


def half_open(model: CausalBlock) -> Canvas:
    canvas = Canvas.blank(8, model.vocabulary.end)
    canvas.commit(torch.tensor([0, 3]), torch.tensor([50, 60]), torch.ones(2))
    return canvas


def ask(model: CausalBlock, context: Context, canvas: Canvas, causal: bool = False) -> Tensor:
    places = torch.arange(3 if causal else len(canvas))
    return model.logits([Pass(context=context, canvas=canvas, places=places, causal=causal)])[0]
