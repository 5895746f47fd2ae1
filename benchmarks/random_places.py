"""At random places of real files: nothing breaks, and the same seed gives the same block.

Each place is asked twice, without a deadline and without anything kept from the first time. The
block is put into the file, whose other bytes must stay as they were.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from engines import ask, engine_of
from places import Place, anywhere, random_places
from results import progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.request import InfillRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What was seen at a place."""

    place: str
    """Where."""
    text: str
    """The block."""
    outcome: str
    """Its stop reason, or the error in its place."""
    repeated: bool
    """The second answer was the first one."""
    kept: bool
    """The file with the block in it differs in nothing but the hole."""


def visit(engine: Engine, place: Place, seed: int, max_tokens: int) -> Visit:
    """Ask for a place twice; only an error that is no UnmaskError gets out."""
    request = InfillRequest(left=place.left, right=place.right, seed=seed, max_tokens=max_tokens)
    answers = [_answer(engine, request) for _ in range(2)]
    text, outcome = answers[0]
    return Visit(
        place=place.name,
        text=text,
        outcome=outcome,
        repeated=answers[0] == answers[1],
        kept=keeps(place, place.left + text + place.right),
    )


def keeps(place: Place, applied: str) -> bool:
    """Whether the bytes outside the hole are those of the file as it was."""
    before, after = place.left.encode(), place.right.encode()
    whole = applied.encode()
    room = len(whole) - len(before) - len(after)
    return room >= 0 and whole.startswith(before) and whole.endswith(after)


def _answer(engine: Engine, request: InfillRequest) -> tuple[str, str]:
    try:
        result = ask(engine, request)
    except UnmaskError as error:
        return "", f"{type(error).__name__}: {error}"
    return result.text, result.stop_reason.value


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    sampler: Annotated[str, typer.Option(help="Sampler; the model's own if empty.")] = "",
    places: Annotated[int, typer.Option(min=1, help="How many places.")] = 200,
    max_tokens: Annotated[int, typer.Option(min=1, help="Most tokens of a block.")] = 96,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the places and the answers.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill holes at random places of the standard library's files, each twice."""
    engine = engine_of(open_model(model), sampler)
    chosen = list(islice(random_places(anywhere, seed), places))
    visits = [visit(engine, place, seed, max_tokens) for place in progress(chosen, "filling")]
    counts = {
        "places": len(visits),
        "text outside the hole unchanged": sum(one.kept for one in visits),
        "the same block twice": sum(one.repeated for one in visits),
        "not empty": sum(bool(one.text.strip()) for one in visits),
        **Counter(f"ended with {one.outcome}" for one in visits),
    }
    table = Table("", "count", title=f"{model} at random places, seed {seed}")
    for name, count in counts.items():
        table.add_row(name, str(count))
    Console().print(table)
    write(out, {"model": model, "seed": seed, "counts": counts, "visits": visits})


if __name__ == "__main__":
    run(main)
