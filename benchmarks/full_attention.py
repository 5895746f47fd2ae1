"""What the ways to save passes change under full attention: time, rows, and what is filled.

Keys and values kept between passes, compiled passes, and the search over lengths, on and off, in
one run: all fill the same hole in turn before the next hole. Quality is agreement with the exact
decode, in which nothing is kept and the length is given. By default the model is a quarter of 0.5B
with random weights: its ratios of time are those of a real one, but its answers are near ties, so
that agreement is far below what a trained model would show. `--model` takes a folder of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated

import numpy as np
import torch
import typer
from fills import fill, random_prompt, read
from random_model import random_decoder, random_denoiser
from results import progress, run, write
from rich.console import Console
from rich.table import Table
from roofline import Size

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.length import Search
from unmask_model.families.denoiser import Context, Denoiser, Pass
from unmask_model.families.forward_rows import ForwardRows
from unmask_model.families.full_attention import FullAttention
from unmask_model.families.open.family_kind import family_of
from unmask_model.families.open_family import open_family
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.transformer.execution import Caching, Execution, Keep, Weights
from unmask_model.weights.base_files import open_base

PLACES, PASSES, CONTEXT = 64, 8, 184
QUARTER = Size(
    name="a quarter of 0.5B",
    layers=6,
    hidden=896,
    heads=14,
    kv_heads=2,
    head_dim=64,
    intermediate=4864,
    vocabulary=32000,
    tied=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to fill."""

    name: str
    """As it is listed."""
    caching: Caching
    """What outlives a pass."""
    compiled: bool = False
    """Whether passes are compiled."""
    searched: bool = False
    """Whether the length is searched, and not given."""


NOTHING, BOTH = Caching(), Caching(kept=Keep.BOTH)
VARIANTS = (
    Variant(name="exact", caching=NOTHING),
    Variant(name="left kept, refresh 8", caching=Caching(kept=Keep.LEFT)),
    Variant(name="both kept, refresh 4", caching=Caching(kept=Keep.BOTH, refresh=4)),
    Variant(name="both kept, refresh 8", caching=BOTH),
    Variant(name="exact, compiled", caching=NOTHING, compiled=True),
    Variant(name="both kept, compiled", caching=BOTH, compiled=True),
    Variant(name="exact, length searched", caching=NOTHING, searched=True),
    Variant(name="both kept, length searched", caching=BOTH, searched=True),
)
"""The first is what the others are compared with."""


@dataclass(slots=True, kw_only=True)
class Found:
    """What a variant did, hole by hole."""

    ms: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    answers: list[list[int]] = field(default_factory=list)


def main(
    model: Annotated[Path | None, typer.Option(help="Folder of a full-attention model.")] = None,
    holes: Annotated[int, typer.Option(min=1, help="Holes that every variant fills.")] = 6,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill the same holes in every way, and compare."""
    found = measure(_random() if model is None else _of_folder(model), holes)
    Console().print(table(found, str(model or QUARTER.name)))
    write(out, {"model": str(model or QUARTER.name), "holes": holes, "found": found})


def measure(base: Denoiser, holes: int) -> dict[str, Found]:
    """Fill holes in every way, one hole after another; the first of all is left out."""
    models = [_in_way(base, each) for each in VARIANTS]
    found = {each.name: Found() for each in VARIANTS}
    for number in progress(range(-1, holes), "holes"):
        for variant, model in zip(VARIANTS, models, strict=True):
            context = read(model, random_prompt(CONTEXT, 256, number + 1))
            with _Counted(model) as counted:
                started = perf_counter()
                places = _searched(model, context) if variant.searched else PLACES
                answer = fill(model, context, places, PASSES)
                spent = (perf_counter() - started) * 1000
            if number >= 0:
                one = found[variant.name]
                one.ms.append(spent)
                one.rows.append(counted.rows)
                one.answers.append(answer)
    return found


def _in_way(base: Denoiser, variant: Variant) -> FullAttention:
    """Return a denoiser of its own over the same weights."""
    if not isinstance(base, FullAttention):
        raise RequestInvalid("this compares ways of full attention; name such a model")
    execution = Execution(caching=variant.caching, compiled=variant.compiled)
    return FullAttention(base._decoder, base.vocabulary, base._conventions, execution)


class _Counted:
    """Counts the rows that go through a model while it is open."""

    def __init__(self, model: FullAttention) -> None:
        self.rows, self._model, self._plain = 0, model, model._forward

    def __enter__(self) -> "_Counted":
        self._model._forward = self._forward
        return self

    def __exit__(self, *_: object) -> None:
        self._model._forward = self._plain

    def _forward(self, texts: Sequence[ForwardRows]) -> list[torch.Tensor]:
        self.rows += sum(len(one.reads) for one in texts)
        return self._plain(texts)


def _searched(model: Denoiser, context: Context) -> int:
    search, end = Search(), model.vocabulary.end
    passes = [
        Pass(context=context, canvas=Canvas.blank(n, end), places=np.arange(n))
        for n in search.lengths(PLACES)
    ]
    return search.best([proposal.confidence for proposal in model.propose(passes)])


def _random() -> Denoiser:
    torch.manual_seed(0)
    decoder = random_decoder(QUARTER, torch.float32, torch.device("cpu"))
    return random_denoiser(decoder, Execution(compiled=False))


def _of_folder(folder: Path) -> Denoiser:
    files = open_base(folder)
    family = family_of(files)
    if family is None:
        raise RequestInvalid(f"{folder} holds no open diffusion model")
    return open_family(family, files, Execution(weights=Weights.FLOAT32, compiled=False))


def table(found: dict[str, Found], title: str) -> Table:
    """Lay the comparison out for a person."""
    heads = ("ms a fill", "time", "rows", "places as exact", "fills as exact", "length as given")
    made = Table("variant", *heads, title=f"{title}: {PLACES} places, {PASSES} passes")
    exact = next(iter(found.values()))
    for name, one in found.items():
        pairs = list(zip(one.answers, exact.answers, strict=True))
        same = sum(a == b for mine, theirs in pairs for a, b in zip(mine, theirs, strict=False))
        ratios = [mine / theirs for mine, theirs in zip(one.ms, exact.ms, strict=True)]
        made.add_row(
            name,
            f"{median(one.ms):.0f}",
            f"{median(ratios):.2f}",
            f"{sum(one.rows) / sum(exact.rows):.2f}",
            f"{same / (PLACES * len(pairs)):.0%}",
            f"{sum(mine == theirs for mine, theirs in pairs)} of {len(pairs)}",
            f"{sum(len(mine) == PLACES for mine, _ in pairs)} of {len(pairs)}",
        )
    return made


if __name__ == "__main__":
    run(main)
