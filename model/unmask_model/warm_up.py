"""The first reads and passes of a model: they pay for what only the first pay for, and are timed.

Without them the engine would not know, at its first request, what fits a budget.
"""

import torch

from unmask_model.canvas import Canvas
from unmask_model.contexts import ContextRead
from unmask_model.deadline import Clock
from unmask_model.denoiser import Context, Denoiser, Pass, Prompt
from unmask_model.plan import SHORTEST_CANVAS, longest_canvas
from unmask_model.timings import Timings

TEXT = "value = 1\n"
ROUNDS = 2
"""Passes of each length; the last one counts."""


def warm_up(denoiser: Denoiser, timings: Timings, clock: Clock) -> None:
    """Read half a window and pass canvases of every length, and note what they take."""
    context = _read(denoiser, timings, clock)
    longest = longest_canvas(denoiser.block)
    for places in {*range(SHORTEST_CANVAS, longest, SHORTEST_CANVAS), longest}:
        one = _pass(denoiser, context, places)
        for _ in range(ROUNDS):
            started = clock()
            (table,) = denoiser.logits([one])
            float(table[0, 0])  # a GPU answers before it is done
            spent = (clock() - started) * 1000
        timings.record_pass(places, context.tokens, spent)


def _pass(denoiser: Denoiser, context: Context, places: int) -> Pass:
    """A pass over a canvas that is all open, or all read from left to right where it must be."""
    canvas, every = Canvas.blank(places, denoiser.vocabulary.end), torch.arange(places)
    if not denoiser.parallel:
        canvas.commit(every, every, torch.zeros(places))
    return Pass(context=context, canvas=canvas, places=every, causal=not denoiser.parallel)


def _read(denoiser: Denoiser, timings: Timings, clock: Clock) -> Context:
    room = denoiser.window // 2
    ids = tuple(denoiser.vocabulary.encode(TEXT * room)[:room])
    read = ContextRead(denoiser, Prompt(left=ids, right=()), None)
    while read.context is None:
        unread, started = read.unread, clock()
        read.advance()
        timings.record_read(unread - read.unread, (clock() - started) * 1000)
    started = clock()
    denoiser.extend(read.context, ids[:SHORTEST_CANVAS])
    timings.record_read(SHORTEST_CANVAS, (clock() - started) * 1000)
    return read.context
