"""Whether the engine keeps a deadline, and what typing on costs once the context was read.

Times are the engine's own, from receipt to answer. Other work on the same processor makes them
worse by much more than its share: the load is written down with them.
"""

from collections.abc import Callable
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from deadlines import Answered, measure_deadlines
from engines import engine_of
from places import random_places, rest_of_line
from results import progress, run, write
from reuse import Reuse, cut_to_size, measure_reuse
from rich.console import Console
from rich.table import Table

from unmask_model.families.open_model import open_model
from unmask_model.transformer.execution import Execution, Weights


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    model: Annotated[str, typer.Option(help="Model; one that fills masks.")] = "small",
    places: Annotated[int, typer.Option(min=1, help="Places asked with a deadline.")] = 60,
    budget: Annotated[float, typer.Option(help="Milliseconds of the deadline.")] = 300.0,
    repeats: Annotated[int, typer.Option(min=1, help="Places where typing is timed.")] = 24,
    dtype: Annotated[Weights, typer.Option(help="What weights are multiplied in.")] = Weights.BEST,
    seed: Annotated[int, typer.Option(help="Seed of the places.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Time answers with a deadline, and answers after typing five characters."""
    opened = open_model(model, execution=Execution(weights=dtype))
    engine = engine_of(opened)
    engine.warm_up()
    lines = (place for place in random_places(rest_of_line, seed) if place.hole.strip())
    chosen = list(islice(lines, places))
    cold, warm = measure_deadlines(engine, progress(chosen, "deadlines"), budget)
    large = list(islice(cut_to_size(lines, opened.denoiser.vocabulary), repeats))
    reuse = measure_reuse(engine, progress(large, "typing"))
    console = Console()
    console.print(_deadlines(f"{model}, {budget:g} ms, {places} places", cold, warm))
    console.print(_reuse(f"{model}, {dtype.value}, six passes, no deadline", reuse))
    settings = {"model": model, "dtype": dtype.value, "seed": seed, "budget_ms": budget}
    write(out, {**settings, "places": places, "cold": cold, "warm": warm, "reuse": reuse})


def _deadlines(title: str, cold: Answered, warm: Answered) -> Table:
    table = Table("", "cold", "context read", title=title)
    lines: dict[str, Callable[[Answered], str]] = {
        "engine ms, p50 / p95": lambda one: _pair(one.total_ms),
        "engine ms, slowest": lambda one: f"{one.slowest_ms:.0f}",
        "answered %": lambda one: f"{100 * one.answered:.0f}",
        "answered in time %": lambda one: f"{100 * one.in_time:.0f}",
        "passes, p50 / p95": lambda one: _pair(one.passes),
    }
    for name, line in lines.items():
        table.add_row(name, line(cold), line(warm))
    return table


def _reuse(title: str, reuse: Reuse) -> Table:
    table = Table("", "p50 / p95", title=title)
    for field in fields(Reuse):
        value = getattr(reuse, field.name)
        digits = 2 if field.name.startswith("typed_by") else 0
        shown = _pair(value, digits) if isinstance(value, dict) else str(value)
        table.add_row(field.name.replace("_", " "), shown)
    return table


def _pair(found: dict[str, float], digits: int = 0) -> str:
    return f"{found['p50']:.{digits}f} / {found['p95']:.{digits}f}"


if __name__ == "__main__":
    run(main)
