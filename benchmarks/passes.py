"""What a pass costs beside the least it could cost.

A pass must read every weight once and multiply every row by it. The floor is the sum, over the
matrices of one layer, of the larger of two times measured in the same run: reading the matrix
from memory, and multiplying at the best rate a large product reaches here. Forms of the weights
take turns, so that noise meets all of them alike.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import torch
import typer
from results import write
from rich.console import Console
from rich.table import Table
from torch import Tensor

from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Attend, Decoder, attention
from unmask_model.transformer.linear import Linear, quickest
from unmask_model.transformer.precision import best_dtype
from unmask_model.weights.base_files import open_base

ROWS = (1, 8, 16, 24, 32, 64)

Work = Callable[[], object]


def main(
    base: Annotated[str, typer.Option(help="Base model.")] = "qwen2.5-coder-0.5b-instruct-q4_k_m",
    context: Annotated[int, typer.Option(help="Context tokens a pass sees.")] = 512,
    repeats: Annotated[int, typer.Option(min=3, help="Times each is measured.")] = 15,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Time passes of a few numbers of rows, and their floor."""
    files = open_base(base)
    checkpoint = Checkpoint.open(files.config, files.tensors, best_dtype())
    forms = {
        "plain": checkpoint.decoder(),
        "as served": checkpoint.decoder(lambda _, dense: quickest(dense)),
    }
    matrices = _matrices(checkpoint)
    rate, bandwidth = _best_rate(repeats), _bandwidth(repeats)
    table = Table("rows", *(f"{name}, ms" for name in forms), "floor, ms", "served / floor")
    rows_: dict[int, dict[str, float]] = {}
    for rows in ROWS:
        works = {name: _pass(form, rows, context) for name, form in forms.items()}
        medians = _medians(works, repeats)
        floor = sum(max(m.nbytes / bandwidth, 2 * rows * m.numel() / rate) for m in matrices) * 1e3
        rows_[rows] = medians | {"floor": floor}
        ratio = medians["as served"] / floor
        table.add_row(
            str(rows), *(f"{ms:.1f}" for ms in medians.values()), f"{floor:.1f}", f"{ratio:.2f}"
        )
    table.caption = f"{rate / 1e9:.0f} GFLOP/s, {bandwidth / 1e9:.0f} GB/s, context {context}"
    Console().print(table)
    write(out, {"rows": rows_, "flops": rate, "bytes_per_second": bandwidth, "context": context})


def _matrices(checkpoint: Checkpoint) -> list[Tensor]:
    """Every matrix a pass multiplies with, the head left out."""
    found: list[Tensor] = []

    def note(name: str, dense: Linear) -> Linear:
        if name != "head":
            found.append(dense.weight)
        return dense

    checkpoint.decoder(note)
    return found


@torch.inference_mode()
def _pass(decoder: Decoder, rows: int, context: int) -> Work:
    given = decoder.embed(torch.arange(1000, 1000 + rows))
    positions = torch.arange(context, context + rows)
    attend = behind(decoder, context)
    return lambda: decoder.forward(given, positions, attend)


def behind(decoder: Decoder, context: int) -> Attend:
    """Return how rows attend to each other and to a context of random keys and values."""
    shape, dtype = decoder.shape, decoder.embedding.dtype
    before = torch.randn(2, shape.kv_heads, context, shape.head_dim).to(dtype)

    def attend(_: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        own = keys.transpose(0, 1), values.transpose(0, 1)
        joined = [torch.cat([old, new], dim=1) for old, new in zip(before, own, strict=True)]
        return attention(queries, *joined, None)

    return attend


@torch.inference_mode()
def in_turns(works: dict[str, Work], repeats: int, pause_s: float = 0.0) -> dict[str, list[float]]:
    """Milliseconds of each, measured in turns with a pause between, the first turn left out."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats + 1):
        for name, work in works.items():
            time.sleep(pause_s)
            started = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - started) * 1e3)
    return {name: times[1:] for name, times in taken.items()}


def _medians(works: dict[str, Work], repeats: int) -> dict[str, float]:
    return {name: statistics.median(ms) for name, ms in in_turns(works, repeats).items()}


def _best_rate(repeats: int) -> float:
    """FLOP/s of a product large enough to forget everything else."""
    dense = quickest(Linear(torch.randn(4864, 896).to(best_dtype())))
    rows = torch.randn(512, 896).to(best_dtype())
    ms = _medians({"product": lambda: dense(rows)}, repeats)["product"]
    return 2 * 512 * 4864 * 896 / ms * 1e3


def _bandwidth(repeats: int) -> float:
    """Bytes per second of reading weights that no cache holds."""
    weights = torch.randn(256, 1 << 20).to(torch.bfloat16)
    ms = _medians({"sum": lambda: weights.view(torch.int64).sum()}, repeats)["sum"]
    return weights.nbytes / ms * 1e3


if __name__ == "__main__":
    typer.run(main)
