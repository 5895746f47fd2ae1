"""What a pass costs by its rows: converted decoders of each form beside torch, in turns.

A pass is all layers for so many rows behind a context, and the head for each of the rows: what a
draft of so many tokens asks for.
"""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from forms import folder_of
from passes import Work, behind, in_turns
from results import run, write
from rich.console import Console
from rich.table import Table
from torch import Tensor

from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.linear import Linear, quickest
from unmask_model.transformer.precision import best_dtype
from unmask_model.weights.base_files import open_base
from unmask_model.weights.bases import QWEN25_CODER_05B

THREADS = 2
PAUSE_S = 0.02
"""Between two measurements: the threads of the one before have stopped spinning by then."""


def main(
    forms: Annotated[str, typer.Option(help="Forms of the weights.")] = "all8,gateup4,all4",
    rows: Annotated[str, typer.Option(help="Numbers of rows.")] = "1,2,4,8,16,32,64",
    context: Annotated[int, typer.Option(help="Context tokens a pass sees.")] = 512,
    repeats: Annotated[int, typer.Option(min=3, help="Times each is measured.")] = 15,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Time passes of a few numbers of rows: minimum and median of each."""
    torch.set_num_threads(THREADS)
    opened = {
        form: OnnxDecoder.open(folder_of(form), THREADS)  # type: ignore[arg-type]
        for form in forms.split(",")
    }
    base = open_base(QWEN25_CODER_05B.name)
    checkpoint = Checkpoint.open(base.config, base.tensors, best_dtype())
    decoder = checkpoint.decoder(lambda _, dense: quickest(dense))
    head_ids = next(iter(opened.values())).head_ids
    head = quickest(Linear(checkpoint.head if head_ids is None else checkpoint.head[head_ids]))
    table = Table("rows", *(f"{name}, ms" for name in (*opened, "torch")), title="min / median")
    figures: dict[int, dict[str, list[float]]] = {}
    for count in map(int, rows.split(",")):
        works = {form: onnx_pass(one, count, context) for form, one in opened.items()}
        works["torch"] = torch_pass(decoder, head, count, context)
        figures[count] = taken = in_turns(works, repeats, PAUSE_S)
        cells = (f"{min(ms):.1f} / {statistics.median(ms):.1f}" for ms in taken.values())
        table.add_row(str(count), *cells)
    Console().print(table)
    write(out, {"threads": THREADS, "context": context, "rows": figures})


def onnx_pass(decoder: OnnxDecoder, rows: int, context: int) -> Work:
    """Return a pass of a converted decoder behind random keys and values."""
    shape = decoder.shape
    size = (shape.layers, 2, context, shape.kv_heads, shape.head_dim)
    cache = decoder.cache(context + rows)
    cache.append(np.random.default_rng(0).standard_normal(size, dtype=np.float32))
    reads, places = np.arange(rows), np.arange(rows) + context
    adapted = np.ones(rows, bool)

    def work() -> object:
        hidden, _ = decoder.forward(reads, places, adapted, [(cache, context)])
        return decoder.head(hidden)

    return work


@torch.inference_mode()
def torch_pass(decoder: Decoder, head: Callable[[Tensor], Tensor], rows: int, context: int) -> Work:
    """Return the same pass of a decoder in torch."""
    reads, places = torch.arange(rows), torch.arange(rows) + context
    attend = behind(decoder, context)

    @torch.inference_mode()
    def work() -> object:
        return head(decoder.forward(decoder.embed(reads), places, attend))

    return work


if __name__ == "__main__":
    run(main)
