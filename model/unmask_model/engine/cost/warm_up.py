"""The first reads and passes of a model: they pay for what only the first pay for, and are timed.

Without them the engine would not know, at its first request, what fits a budget.
"""

import numpy as np

from unmask_model.decoding.canvas import Canvas
from unmask_model.engine.cost.canvas_plan import SHORTEST_CANVAS, longest_canvas, windows
from unmask_model.engine.cost.cost_model import CostModel
from unmask_model.engine.prefix.prefix_cache import ContextRead
from unmask_model.families.denoiser import Context, Denoiser, Pass, Prompt, rows
from unmask_model.protocol.deadline import Clock

TEXT = "value = 1\n"
ROUNDS = 2
"""Passes of each length; the last one counts."""
CHECKS = (1, 2, 4, 8, 16)
"""Rows that are timed where a canvas is checked from left to right; more go on as they rose."""


def warm_up(denoiser: Denoiser, costs: CostModel, clock: Clock) -> None:
    """Read a part of a window and pass canvases of every length, and note what they take.

    Where passes read the context themselves, its length tells more than the canvas's: the shortest
    and the longest canvas then, with the smallest window too.
    """
    shortest, longest = SHORTEST_CANVAS, longest_canvas(denoiser.block)
    every, rooms = {*range(shortest, longest, shortest), longest}, [denoiser.window // 2]
    if denoiser.causal:
        every, rooms = {*CHECKS}, [denoiser.window // 4]
    elif denoiser.rereads:
        every, rooms = {shortest, longest}, [*rooms, windows(denoiser.window)[-1]]
    for room in rooms:
        context = _read(denoiser, room, costs, clock)
        for places in sorted(every):
            spent = _passed(denoiser, _pass(denoiser, context, places), clock)
            size = rows(denoiser, places, [context.tokens])
            costs.record_pass(size, spent)


def _passed(denoiser: Denoiser, one: Pass, clock: Clock) -> float:
    """Return the milliseconds of a pass once everything about it is warm."""
    for _ in range(ROUNDS):
        started = clock()
        denoiser.propose([one])
        spent = (clock() - started) * 1000
    return spent


def _pass(denoiser: Denoiser, context: Context, places: int) -> Pass:
    """A check of a draft where the model reads left to right, else a canvas that is all open."""
    canvas, every = Canvas.blank(places, denoiser.vocabulary.end), np.arange(places)
    draft = every[:-1] if denoiser.causal else every[:0]
    return Pass(context=context, canvas=canvas, places=every, causal=denoiser.causal, draft=draft)


def _read(denoiser: Denoiser, room: int, costs: CostModel, clock: Clock) -> Context:
    ids = tuple(denoiser.vocabulary.encode(TEXT * room)[:room])
    read = ContextRead(denoiser, Prompt(left=ids, right=()), None)
    while read.context is None:
        unread, started = read.unread, clock()
        read.advance()
        costs.record_read(unread - read.unread, (clock() - started) * 1000)
    started = clock()
    denoiser.extend(read.context, ids[:SHORTEST_CANVAS])
    costs.record_read(SHORTEST_CANVAS, (clock() - started) * 1000)
    return read.context
