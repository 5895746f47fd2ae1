"""Fills a canvas in a fixed number of passes, straight on a denoiser: no engine, no text."""

import torch

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.samplers.fixed import Fixed
from unmask_model.families.denoiser import Context, Denoiser, Pass, Prefilling, Prompt


def read(model: Denoiser, prompt: Prompt, reuse: Context | None = None) -> Context:
    """Read a context to its end."""
    return _finished(model.prefill(prompt, reuse))


def fill(
    model: Denoiser, context: Context, places: int, passes: int, ids: int | None = None
) -> list[int]:
    """Return what fills so many places; only the first `ids` ids are proposed, all if None."""
    canvas = Canvas.blank(min(places, model.room(context)), model.vocabulary.end)
    steps = Fixed(passes=passes)(canvas)
    query = next(steps)
    while True:
        allowed = Constraints(width=ids)
        one = Pass(context=context, canvas=canvas, places=query.places, constraints=allowed)
        try:
            query = steps.send(model.propose([one])[0])
        except StopIteration:
            return canvas.ids.tolist()


def random_prompt(tokens: int, ids: int, seed: int) -> Prompt:
    """Return a context of random ids, a quarter of it on the right."""
    drawn = torch.randint(0, ids, (tokens,), generator=torch.Generator().manual_seed(seed))
    right = tokens // 4
    return Prompt(left=tuple(drawn[right:].tolist()), right=tuple(drawn[:right].tolist()))


def _finished(reading: Prefilling) -> Context:
    while True:
        try:
            next(reading)
        except StopIteration as done:
            context: Context = done.value
            return context
