"""What a fill takes on a GPU, for models of real sizes with random weights.

A canvas of 64 places is filled in eight passes behind a context of 512 tokens: cold, the same
context again, and after one more token was typed; passes recorded as CUDA graphs and not, in turn.
Without a GPU nothing is measured, and that is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Annotated

import torch
import typer
from fills import fill, random_prompt, read
from random_model import random_decoder, random_denoiser
from results import percentiles, run, write
from rich.console import Console
from rich.table import Table
from roofline import SIZES, Size

from unmask_model.families.denoiser import Denoiser, Prompt
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.execution import Caching, Execution, Keep, Weights

NAMES = {"0.5B": "Open-dCoder 0.5B", "7B": "Dream", "LLaDA-8B": "LLaDA 8B"}
"""Sizes that are measured, by how their rows in roofline.py begin."""
PLACES, PASSES, CONTEXT = 64, 8, 512
SITUATIONS = ("cold", "warm", "after a key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model sees its context, and what it keeps of it."""

    name: str
    """As it is listed."""
    caching: Caching
    """What outlives a pass, under full attention."""
    block: int = 0
    """Places of a block, where blocks stand behind each other."""


WAYS = (
    Way(name="full attention", caching=Caching()),
    Way(name="full attention, both sides kept", caching=Caching(kept=Keep.BOTH)),
    Way(name="block after block", caching=Caching(), block=PLACES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Fills of one model in one way."""

    model: str
    """The size."""
    way: str
    """How it sees its context."""
    graphs: bool
    """Whether passes were recorded."""
    ms: dict[str, dict[str, float]]
    """p50 and p95 of each situation."""


def main(
    size: Annotated[str, typer.Option(help=f"One of {', '.join(NAMES)}, or all.")] = "all",
    dtype: Annotated[Weights, typer.Option(help="What weights are kept in.")] = Weights.BEST,
    rounds: Annotated[
        int, typer.Option(min=2, help="Fills of each kind; the first is left out.")
    ] = 21,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Time fills on the GPU."""
    if not torch.cuda.is_available():
        print("not measured: torch finds no GPU here")
        return
    if size not in (*NAMES, "all"):
        raise typer.BadParameter(f"choose one of {', '.join(NAMES)}, all")
    device, rows = torch.device("cuda"), []
    for name in NAMES if size == "all" else [size]:
        rows += list(measure(name, size_of(name), Execution(weights=dtype).dtype, device, rounds))
        torch.cuda.empty_cache()
    Console().print(table(rows, f"{torch.cuda.get_device_name()}, {dtype.value}"))
    write(out, {"gpu": torch.cuda.get_device_name(), "dtype": dtype.value, "rows": rows})


def size_of(name: str) -> Size:
    """Return the sizes of a model by its name here."""
    return next(each for each in SIZES if each.name.startswith(NAMES[name]))


def measure(
    name: str, size: Size, dtype: torch.dtype | None, device: torch.device, rounds: int
) -> Iterator[Row]:
    """Time all ways of one size, with graphs and without."""
    decoder = random_decoder(size, dtype, device)
    for way in WAYS:
        models = {graphs: _model(decoder, way, graphs) for graphs in (True, False)}
        taken = {graphs: dict[str, list[float]]() for graphs in models}
        for number in range(rounds):
            for graphs, model in models.items():
                found = _one_round(model, random_prompt(CONTEXT, size.vocabulary, number))
                for situation, ms in zip(SITUATIONS, found, strict=True):
                    taken[graphs].setdefault(situation, []).append(ms)
        for graphs, each in taken.items():
            ms_ = {situation: percentiles(times[1:]) for situation, times in each.items()}
            yield Row(model=name, way=way.name, graphs=graphs, ms=ms_)


def _model(decoder: Decoder, way: Way, graphs: bool) -> Denoiser:
    execution = Execution(device=decoder.device, caching=way.caching, compiled=graphs)
    return random_denoiser(decoder, execution, way.block)


def _one_round(model: Denoiser, prompt: Prompt) -> list[float]:
    """Milliseconds of a fill that reads all, of the same again, and of one a token later.

    A fill ends when its ids are on the CPU, so that nothing is still under way.
    """
    typed = replace(prompt, left=(*prompt.left, 1))
    taken, context = [], None
    for each in (prompt, prompt, typed):
        started = perf_counter()
        context = read(model, each, context)
        fill(model, context, PLACES, PASSES)
        taken.append((perf_counter() - started) * 1000)
    return taken


def table(rows: list[Row], title: str) -> Table:
    """Lay the rows out for a person."""
    heads = [f"{situation}, p50 / p95 ms" for situation in SITUATIONS]
    found = Table("model", "way", "graphs", *heads, title=title)
    for row in rows:
        cells = [f"{row.ms[each]['p50']:.1f} / {row.ms[each]['p95']:.1f}" for each in SITUATIONS]
        found.add_row(row.model, row.way, "on" if row.graphs else "off", *cells)
    return found


if __name__ == "__main__":
    run(main)
