"""What 8-bit weights cost in answers, and what they save in time.

Two copies of a model, one in the processor's best floats and one in 8-bit integers, are asked the
same: left to right over what the author wrote, and a fully masked block. Counted is how often the
most probable id of a place is the same; the passes of the two are timed in turns.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from bootstrap import Interval, mean
from hole_context import read, written
from holes import Hole, draw_holes
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.denoiser import Context, Denoiser, Pass
from unmask_model.families.open_model import open_model
from unmask_model.transformer.execution import Execution, Weights
from unmask_train.corpus.corpus import Corpus

PLACES = 24
"""Places of a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said of a hole."""

    ids: dict[str, list[int]]
    """Most probable ids, by the way they were asked for."""
    ms: dict[str, float]
    """Milliseconds of the passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two models, asked in one way."""

    places: int
    """Places they were asked about."""
    same: Interval
    """Share of them with the same most probable id."""
    ms: dict[str, dict[str, float]]
    """Median and 95th percentile of each one's passes."""


def main(
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    holes: Annotated[int, typer.Option(min=1, help="Holes of each language.")] = 10,
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Compare 8-bit weights with the best floats, place by place."""
    chosen = draw_holes(Corpus(corpus).documents("held-out"), holes, seed)
    models = {
        "floats": open_model(model, execution=Execution(weights=Weights.BFLOAT16)).denoiser,
        "int8": open_model(model, execution=Execution(weights=Weights.INT8)).denoiser,
    }
    answers: dict[str, list[Answer]] = {name: [] for name in models}
    for hole in progress(chosen, "asking"):
        for name, denoiser in models.items():
            answers[name].append(ask(denoiser, hole))
    table = Table("way", "places", "same id %", *(f"{name}, ms p50 / p95" for name in models))
    packages = [hole.document.package for hole in chosen]
    figures = {way: compare(answers, way, packages) for way in answers["floats"][0].ids}
    for way, found in figures.items():
        times = (f"{ms['p50']:.1f} / {ms['p95']:.1f}" for ms in found.ms.values())
        table.add_row(way, str(found.places), found.same.text(100), *times)
    Console().print(table)
    write(out, {"model": model, "seed": seed, "ways": figures})


def compare(answers: dict[str, list[Answer]], way: str, packages: list[str]) -> Agreement:
    """Set two models' answers against each other; `packages` names that of each hole."""
    one, other = answers.values()
    same = [
        (a == b, package)
        for mine, yours, package in zip(one, other, packages, strict=True)
        for a, b in zip(mine.ids[way], yours.ids[way], strict=True)
    ]
    times = {name: [answer.ms[way] for answer in found[1:]] for name, found in answers.items()}
    return Agreement(
        places=len(same),
        same=mean([value for value, _ in same], [package for _, package in same]),
        ms={name: percentiles(ms) for name, ms in times.items()},
    )


def ask(denoiser: Denoiser, hole: Hole) -> Answer:
    """Read a hole's context, then ask in both ways."""
    context, ids = read(denoiser, hole)
    answers: dict[str, list[int]] = {}
    ms: dict[str, float] = {}
    for way, one in _ways(denoiser, context, ids[:PLACES]):
        started = time.perf_counter()
        (proposal,) = denoiser.propose([one])
        ms[way] = 1e3 * (time.perf_counter() - started)
        answers[way] = proposal.ids.tolist()
    return Answer(ids=answers, ms=ms)


def _ways(denoiser: Denoiser, context: Context, ids: list[int]) -> Iterator[tuple[str, Pass]]:
    canvas, places = written(denoiser, ids), np.arange(len(ids))
    yield "left to right", Pass(context=context, canvas=canvas, places=places, causal=True)
    blank = Canvas.blank(PLACES, denoiser.vocabulary.end)
    yield "all masked", Pass(context=context, canvas=blank, places=np.arange(PLACES))


if __name__ == "__main__":
    run(main)
