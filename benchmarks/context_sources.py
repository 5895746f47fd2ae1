"""What context from elsewhere is worth: the same places with each source alone, all, and none.

Measured is the rest of a cut line: whether it is exactly the author's, and how like it (difflib's
ratio). A source is compared with none on all places; where it gave nothing, it changes nothing. No
other tools run here, so that nobody has diagnostics to tell.
"""

import asyncio
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated

import typer
from bootstrap import Interval, difference
from context_places import ContextPlace, draw
from engines import ask, engine_of
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model
from unmask_model.protocol.request import InfillRequest, Snippet

NONE, ALL = "none", "all"
LINE_TOKENS = 48
"""Most tokens of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An answer beside what the author wrote."""

    exact: float
    """1 if they are the same but for white space at the ends, else 0."""
    similarity: float
    """From 0 to 1."""
    context_tokens: int
    """Tokens of context that were read."""
    snippets: int
    """How many snippets were among it, or would have been with more room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a source is worth over all places."""

    given: int
    """Places for which it gave something."""
    exact: float
    """Share of answers that are exactly the author's."""
    similarity: float
    """Mean of all."""
    context_tokens: float
    """Mean of all."""
    exact_gain: Interval
    """Exact answers more than with none."""
    similarity_gain: Interval
    """Similarity more than with none."""
    ms: dict[str, float]
    """Percentiles of the milliseconds that finding the snippets took."""


def main(
    folder: Annotated[Path, typer.Argument(help="Source files of a package or more.")],
    model: Annotated[str, typer.Option(help="Model that answers.")] = "small",
    places: Annotated[int, typer.Option(min=2, help="How many lines are cut.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the places.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Compare the sources of context on the same places."""
    drawn = asyncio.run(draw(folder.resolve(), places, seed))
    engine = engine_of(open_model(model))
    asked = [_answers(engine, place) for place in progress(drawn, "asking")]
    found = {name: _worth(name, asked, drawn) for name in asked[0]}
    Console().print(table(found, len(drawn)))
    write(out, {"model": model, "places": len(drawn), "seed": seed, "sources": found})


def variants(place: ContextPlace) -> dict[str, tuple[Snippet, ...]]:
    """Snippets with no source, with each alone, and with all; most useful last."""
    alone = {one.source: one.snippets[::-1] for one in place.taken}
    together = tuple(snippet for one in place.taken[::-1] for snippet in one.snippets[::-1])
    return {NONE: (), **alone, ALL: together}


def _answers(engine: Engine, place: ContextPlace) -> dict[str, Likeness]:
    """Return the likeness of each variant's answer; equal questions are asked once."""
    asked: dict[tuple[Snippet, ...], Likeness] = {}
    for snippets in variants(place).values():
        if snippets not in asked:
            asked[snippets] = _likeness(engine, place, snippets)
    return {name: asked[snippets] for name, snippets in variants(place).items()}


def _likeness(engine: Engine, place: ContextPlace, snippets: tuple[Snippet, ...]) -> Likeness:
    result = ask(
        engine,
        InfillRequest(
            left=place.left,
            right=place.right,
            snippets=snippets,
            max_lines=1,
            max_tokens=LINE_TOKENS,
        ),
    )
    text, truth = result.text.strip(), place.truth.strip()
    return Likeness(
        exact=float(text == truth),
        similarity=SequenceMatcher(None, text, truth, autojunk=False).ratio(),
        context_tokens=result.plan.context_tokens if result.plan else 0,
        snippets=len(snippets),
    )


def _ms(name: str, place: ContextPlace) -> float:
    """Return what finding the snippets of a variant cost."""
    return sum(one.ms for one in place.taken if name in (one.source, ALL))


def _worth(name: str, asked: list[dict[str, Likeness]], places: list[ContextPlace]) -> Worth:
    files = [place.file for place in places]
    one, none = [answers[name] for answers in asked], [answers[NONE] for answers in asked]
    count = len(asked)
    return Worth(
        given=sum(answer.snippets > 0 for answer in one),
        exact=sum(answer.exact for answer in one) / count,
        similarity=sum(answer.similarity for answer in one) / count,
        context_tokens=sum(answer.context_tokens for answer in one) / count,
        exact_gain=difference([a.exact for a in one], [b.exact for b in none], files),
        similarity_gain=difference(
            [a.similarity for a in one], [b.similarity for b in none], files
        ),
        ms=percentiles([_ms(name, place) for place in places]),
    )


def table(found: dict[str, Worth], places: int) -> Table:
    """One row a source."""
    gains = ("exact, more than none", "similar, more than none")
    title = f"{places} places; per cent, 95 % intervals over files"
    names = ("given", "exact", "similar", *gains, "tokens", "p50 ms", "p95 ms")
    made = Table("source", *names, title=title)
    for name, worth in found.items():
        made.add_row(
            name,
            str(worth.given),
            f"{100 * worth.exact:.1f}",
            f"{100 * worth.similarity:.1f}",
            worth.exact_gain.text(100),
            worth.similarity_gain.text(100),
            f"{worth.context_tokens:.0f}",
            *(f"{ms:.2f}" for ms in worth.ms.values()),
        )
    return made


if __name__ == "__main__":
    run(main)
