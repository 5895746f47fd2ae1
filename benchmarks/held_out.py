"""Files of packages that nothing was trained on, as somebody types them: what would be shown?

Each hole goes the whole way of the product, from a snapshot to a suggestion, without a deadline.
A table a language, and for the score that decides what is shown: which share would be shown from
each least score on, and how much of that is right.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated

import typer
from engines import engine_of
from holes import Hole, draw_holes
from product import InProcess, snapshot_in
from results import progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_lsp.context.window import window
from unmask_lsp.settings import Settings
from unmask_lsp.suggest.completion import complete
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.suggest.typing_through import Shown
from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model
from unmask_train.corpus.corpus import Corpus

LEAST = [round(0.05 * step, 2) for step in range(20)]
"""Scores from which on something would be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of a hole."""

    language: str
    """Its file's language."""
    package: str
    """The package of the file: holes of one package are not independent."""
    kind: str
    """What kind of hole."""
    shown: bool
    """Whether something is shown at the default eagerness."""
    score: float
    """The score of the block's first line; -1 where there is none to show however unsure."""
    exact: bool
    """The first line of the block is the author's."""
    exact_shown: bool
    """The first line of what is shown is the author's."""
    similarity: float
    """Of the block to what the author wrote, 0 to 1 (Ratcliff and Obershelp)."""


def see(engine: Engine, hole: Hole) -> Seen:
    """Fill a hole as the product does."""
    snapshot = snapshot_in(hole)
    trace = asyncio.run(complete(snapshot, Settings(budget_ms=0), InProcess(engine), Shown()))
    shown = trace.outcome if isinstance(trace.outcome, Suggestion) else None
    block = _block(trace)
    return Seen(
        language=hole.document.language,
        package=hole.document.package,
        kind=hole.kind,
        shown=shown is not None,
        score=(trace.score or 0.0) if block else -1.0,
        exact=block is not None and _same_line(block.text, hole.author),
        exact_shown=shown is not None and _same_line(shown.text, hole.author),
        similarity=SequenceMatcher(None, block.text, hole.author).ratio() if block else 0.0,
    )


def _block(trace: RequestTrace) -> Suggestion | None:
    """Return what would be shown by somebody who never doubts."""
    if trace.request is None or trace.result is None:
        return None
    block = suggest(
        trace.result.text,
        window(trace.snapshot),
        cursor=trace.snapshot.cursor,
        max_lines=trace.request.max_lines,
    )
    return None if isinstance(block, SilenceReason) else block


def _same_line(one: str, other: str) -> bool:
    return one.strip("\n").split("\n")[0].rstrip() == other.split("\n")[0].rstrip()


def by_language(seen: Sequence[Seen]) -> dict[str, dict[str, float]]:
    """Return the figures of each language, and of all."""
    groups = {name: [one for one in seen if one.language == name] for name in _languages(seen)}
    return {name: _figures(group) for name, group in (groups | {"all": list(seen)}).items()}


def _languages(seen: Sequence[Seen]) -> list[str]:
    return sorted({one.language for one in seen})


def _figures(group: Sequence[Seen]) -> dict[str, float]:
    shown = [one for one in group if one.shown]
    return {
        "holes": len(group),
        "similarity": _mean([one.similarity for one in group]),
        "exact": _mean([one.exact for one in group]),
        "shown": len(shown) / len(group),
        "exact of shown": _mean([one.exact_shown for one in shown]),
    }


def curve(seen: Sequence[Seen]) -> list[dict[str, float]]:
    """Return which share is shown from each least score on, and which share of that is right."""
    rows = []
    for least in LEAST:
        shown = [one.exact for one in seen if one.score >= least]
        rows.append({"least": least, "shown": len(shown) / len(seen), "exact": _mean(shown)})
    return rows


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    sampler: Annotated[str, typer.Option(help="Sampler; the model's own if empty.")] = "",
    holes: Annotated[int, typer.Option(min=1, help="Holes of each language.")] = 40,
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    plot: Annotated[Path | None, typer.Option(help="Draw the curve here, as PNG or SVG.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill holes of a corpus's held-out packages, and tell what would be shown."""
    chosen = draw_holes(Corpus(corpus).documents("held-out"), holes, seed)
    engine = engine_of(open_model(model), sampler)
    seen = [see(engine, hole) for hole in progress(chosen, "filling")]
    languages, points = by_language(seen), curve(seen)
    title = f"{model} on held-out packages, seed {seed}"
    _show(title, "language", languages)
    _show("from each least score on", "score", {f"{p['least']:.2f}": p for p in points})
    if plot:
        from curve_plot import draw

        draw(points, title, plot)
    write(out, {"title": title, "languages": languages, "curve": points, "seen": seen})


def _show(title: str, first: str, rows: dict[str, dict[str, float]]) -> None:
    table = Table(first, *next(iter(rows.values())), title=title)
    for name, row in rows.items():
        table.add_row(name, *(f"{value:.3g}" for value in row.values()))
    Console().print(table)


if __name__ == "__main__":
    run(main)
