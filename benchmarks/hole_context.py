"""What stands around a hole, read by a model."""

import numpy as np
from holes import Hole

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
    canvas.commit(np.arange(len(ids)), np.array(ids), np.ones(len(ids)))
    return canvas
