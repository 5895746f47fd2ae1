"""What a pass takes beside its matrix products and its attention: goal, at most 15 % more.

A model of the sizes of `small` with random weights, 64 places behind 512 tokens whose keys and
values are kept. Compared in turn, one after the other in every round: the layers as they are run;
their matrix products and the attention kernel alone, on rows that lie ready; a whole pass, from a
canvas to logits; and the same bare work with the head. Ratios are of the same round.
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated

import numpy as np
import torch
import typer
from fills import random_prompt, read
from random_model import random_decoder, random_denoiser
from results import percentiles, run, write
from rich.console import Console
from rich.table import Table
from roofline import SIZES, Size
from torch.nn.functional import scaled_dot_product_attention

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.block_causal import BlockCausal
from unmask_model.families.denoiser import Pass
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.execution import Execution, Weights
from unmask_model.transformer.mlp import Gated

PLACES, CONTEXT = 64, 512
GOAL = 0.15
PAIRS = (("layers", "their products and attention"), ("whole pass", "the same, and the head's"))
Work = Callable[[], object]


def main(
    repeats: Annotated[int, typer.Option(min=3, help="Rounds; the first is left out.")] = 40,
    dtype: Annotated[Weights, typer.Option(help="What weights are multiplied in.")] = Weights.BEST,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Time passes and what they are made of."""
    taken = in_turn(works(SIZES[0], Execution(weights=dtype).dtype), repeats)
    Console().print(table(taken, f"{SIZES[0].name}, {dtype.value}, {PLACES} places"))
    write(out, {"dtype": dtype.value, "ms": taken, "overhead": overheads(taken)})


@torch.inference_mode()
def works(size: Size, dtype: torch.dtype | None) -> dict[str, Work]:
    """Return what is timed, by name."""
    decoder = random_decoder(size, dtype, torch.device("cpu"))
    model = random_denoiser(decoder, Execution(compiled=False), block=PLACES)
    assert isinstance(model, BlockCausal)
    context = read(model, random_prompt(CONTEXT, 256, seed=0))
    canvas = Canvas.blank(PLACES, model.vocabulary.end)
    one = Pass(context=context, canvas=canvas, places=np.arange(PLACES))
    given = model._rows(one)
    rows = decoder.embed(given.reads)
    bare = _bare(decoder, rows, CONTEXT)
    return {
        "layers": lambda: decoder.forward(rows, given.positions, given.attend),
        "their products and attention": bare,
        "whole pass": lambda: model.logits([one]),
        "the same, and the head's": lambda: (bare(), decoder.head(rows)),
    }


def _bare(decoder: Decoder, rows: torch.Tensor, context: int) -> Work:
    """The products of all layers and their attention, on tensors of the right shape."""
    shape, made = decoder.shape, rows.new_empty
    groups = shape.heads // shape.kv_heads
    queries = made(1, shape.kv_heads, groups * len(rows), shape.head_dim).normal_()
    seen = made(2, 1, shape.kv_heads, context + len(rows), shape.head_dim).normal_()
    heads = made(len(rows), shape.heads * shape.head_dim).normal_()
    inner = made(len(rows), shape.intermediate).normal_()

    def work() -> None:
        for layer in decoder.layers:
            assert isinstance(layer.mlp, Gated)
            layer.qkv(rows)
            scaled_dot_product_attention(queries, *seen)
            layer.out(heads)
            layer.mlp.gate_up(rows)
            layer.mlp.down(inner)

    return work


@torch.inference_mode()
def in_turn(works: dict[str, Work], repeats: int) -> dict[str, list[float]]:
    """Return milliseconds of each, round by round, without the first round."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - started) * 1000)
    return {name: times[1:] for name, times in taken.items()}


def overheads(taken: dict[str, list[float]]) -> dict[str, float]:
    """Return by how much each takes longer than its bare work, the median of all rounds."""
    return {
        name: median(a / b for a, b in zip(taken[name], taken[bare], strict=True)) - 1
        for name, bare in PAIRS
    }


def table(taken: dict[str, list[float]], title: str) -> Table:
    """Lay the figures out for a person."""
    made = Table("", "p50 ms", "p95 ms", "more than its bare work", title=title)
    more = overheads(taken)
    for name, times in taken.items():
        found = percentiles(times)
        over = f"{more[name]:+.1%}" if name in more else ""
        made.add_row(name, f"{found['p50']:.1f}", f"{found['p95']:.1f}", over)
    made.caption = f"{torch.get_num_threads()} threads; goal: at most {GOAL:+.0%}"
    return made


if __name__ == "__main__":
    run(main)
