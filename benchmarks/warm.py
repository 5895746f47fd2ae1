"""Rests of lines at a budget where the context was read up to a few keys before, on this machine.

Beside it what the engine has learned of its passes, and what the process holds.
"""

import time
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import psutil
import typer
from engines import ask, engine_of
from places import Place, random_places, rest_of_line
from results import percentiles, progress, run, write
from rich.console import Console

from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason

BEFORE = 3
"""Characters that are typed after the context was read."""
ROWS = (1, 2, 4, 8, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warm:
    """What came of all places."""

    text: float
    """Share with text, whenever it came."""
    answered: float
    """Share with text within the budget."""
    whole: float
    """Share that no deadline ended: whose line is whole, or that the model left empty."""
    ms: dict[str, float]
    """Milliseconds of an answer, p50 and p95."""
    token_ms: float
    """Milliseconds of writing, by token."""
    tokens_a_pass: float

    @classmethod
    def of(cls, results: list[InfillResult], budget_ms: float) -> "Warm":
        """Sum up what came of requests with so many milliseconds each."""
        in_time = [one for one in results if one.text and one.ms["total"] <= budget_ms]
        tokens = max(sum(one.tokens for one in results), 1)
        return cls(
            text=sum(bool(one.text) for one in results) / len(results),
            answered=len(in_time) / len(results),
            whole=sum(one.stop_reason is not StopReason.BUDGET for one in results) / len(results),
            ms=percentiles([one.ms["total"] for one in results]),
            token_ms=sum(one.ms.get("denoise", 0.0) for one in results) / tokens,
            tokens_a_pass=tokens / max(sum(one.forwards for one in results), 1),
        )


def main(
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    places: Annotated[int, typer.Option(min=1, help="Places asked.")] = 50,
    budget: Annotated[float, typer.Option(help="Milliseconds of a request.")] = 300.0,
    seed: Annotated[int, typer.Option(help="Seed of the places.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Ask for rests of lines that are being typed."""
    started = time.perf_counter()
    engine = engine_of(open_model(model))
    opened_s = time.perf_counter() - started
    engine.warm_up()
    lines = (place for place in random_places(rest_of_line, seed) if place.hole.strip())
    chosen = list(islice(lines, places))
    results = [_asked(engine, one, budget) for one in progress(chosen, "asking")]
    found = Warm.of(results, budget)
    curve = {rows: engine.costs.usual_pass_ms(rows) for rows in ROWS}
    resident = psutil.Process().memory_info().rss / 1e6
    Console().print(found, curve, f"opened in {opened_s:.1f} s, {resident:.0f} MB resident")
    figures = {"found": found, "pass_ms": curve, "opened_s": opened_s, "resident_mb": resident}
    write(out, {"model": model, "budget_ms": budget, "places": places, "seed": seed, **figures})


def _asked(engine: Engine, place: Place, budget: float) -> InfillResult:
    request = InfillRequest(
        left=place.left, right=place.right, max_lines=1, document=place.name, stream=False
    )
    ask(engine, replace(request, left=place.left[:-BEFORE], max_tokens=2))
    return ask(engine, replace(request, budget_ms=budget))


if __name__ == "__main__":
    run(main)
