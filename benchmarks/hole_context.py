"""What stands around a hole, read by a model."""

import torch
from holes import Hole
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.denoiser import Context, Denoiser, Prompt

LEFT, RIGHT = 320, 128
"""Most tokens on each side."""


def read(denoiser: Denoiser, hole: Hole) -> tuple[Context, list[int]]:
    """Return the context of a hole, and the ids of what the author wrote there."""
    encode = denoiser.vocabulary.encode
    left, right = hole.text[: hole.start], hole.text[hole.start :]
    prompt = Prompt(
        left=tuple(encode(left[-4 * LEFT :])[-LEFT:]),
        right=tuple(encode(right[: 4 * RIGHT])[:RIGHT]),
    )
    reading = denoiser.prefill(prompt, None)
    while True:
        try:
            next(reading)
        except StopIteration as done:
            return done.value, encode(hole.author)


def written(denoiser: Denoiser, ids: list[int]) -> Canvas:
    """Return a canvas on which ids are committed, as if a model had written them."""
    canvas = Canvas.blank(len(ids), denoiser.vocabulary.end)
    canvas.commit(torch.arange(len(ids)), torch.tensor(ids), torch.ones(len(ids)))
    return canvas


def best(denoiser: Denoiser, logits: Tensor) -> list[int]:
    """Return the most probable id of each row of logits, (P, V)."""
    columns = logits.argmax(-1)
    return (columns if denoiser.head_ids is None else denoiser.head_ids[columns]).tolist()
