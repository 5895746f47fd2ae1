"""What is syntax repair worth: how many blocks fit as they are, with it and without, at what cost?

Holes of held-out packages go the way of the product up to the block, with a deadline. A block fits
if nothing of it has to be cut for the file to parse no worse than before.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from engines import ask, engine_of, idle
from holes import Hole, draw_holes
from product import snapshot_in
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_lsp.context.window import ContextWindow, window
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.postprocess import fitted, whole
from unmask_lsp.suggest.repair import repair
from unmask_lsp.suggest.show_policy import most_lines
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_train.corpus.corpus import Corpus, Document

MAX_LINES = 12
"""Most lines of a block, as the product has it by default."""


@dataclass(slots=True)
class Counting:
    """An engine in this process that counts what it is asked."""

    engine: Engine
    """Who answers."""
    requests: int = field(default=0, init=False)
    """Requests so far."""

    async def fill(self, request: InfillRequest) -> InfillResult:
        """Answer."""
        self.requests += 1
        return ask(self.engine, request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What came of a hole."""

    language: str
    """Its file's language."""
    fits_before: bool
    """The first answer fits."""
    fits_after: bool
    """The answer after repair fits."""
    lines_before: int
    """Lines that could be shown of the first answer."""
    lines_after: int
    """Lines that can be shown after repair."""
    exact_before: bool
    """The first answer is what the author wrote."""
    exact_after: bool
    """The answer after repair is."""
    requests: int
    """Requests of the repair."""
    passes: int
    """Passes of the repair."""
    ms: float
    """Milliseconds of the engine, all requests together."""


def mend(engine: Engine, hole: Hole, budget_ms: float) -> Mended:
    """Fill a hole, and repair what breaks the syntax."""
    view = window(snapshot_in(hole))
    request = InfillRequest(
        left=view.left,
        right=view.right,
        budget_ms=budget_ms,
        max_lines=most_lines(view, Eagerness.NORMAL, MAX_LINES),
        document=hole.document.path,
    )
    filler = Counting(engine)
    first = ask(engine, request)
    after = asyncio.run(repair(first, request, view, filler))
    idle(engine)
    before, now = (_shown(answer, request, view) for answer in (first, after))
    return Mended(
        language=hole.document.language,
        fits_before=before[0],
        fits_after=now[0],
        lines_before=before[1],
        lines_after=now[1],
        exact_before=first.text.strip() == hole.author.strip(),
        exact_after=after.text.strip() == hole.author.strip(),
        requests=filler.requests,
        passes=after.forwards - first.forwards,
        ms=after.ms.get("total", 0.0),
    )


def _shown(answer: InfillResult, request: InfillRequest, view: ContextWindow) -> tuple[bool, int]:
    """Whether an answer fits, and how many lines of it can be shown."""
    text = fitted(answer.text, view, request.max_lines)
    if isinstance(text, SilenceReason):
        return True, 0
    standing = whole(text, replace(view, final=True)).rstrip()
    lines = len(standing.split("\n")) if standing else 0
    return standing == text.rstrip(), lines


def figures(group: Sequence[Mended], budget_ms: float) -> dict[str, float]:
    """Return what is said of some holes; shares from 0 to 1."""
    count = len(group)
    sent_back = [one for one in group if one.requests]
    ms = percentiles([one.ms for one in group])
    return {
        "holes": count,
        "fit without": sum(one.fits_before for one in group) / count,
        "fit with": sum(one.fits_after for one in group) / count,
        "lines without": sum(one.lines_before for one in group) / count,
        "lines with": sum(one.lines_after for one in group) / count,
        "exact without": sum(one.exact_before for one in group) / count,
        "exact with": sum(one.exact_after for one in group) / count,
        "sent back": len(sent_back) / count,
        "passes each": sum(one.passes for one in sent_back) / max(len(sent_back), 1),
        "p50 ms": ms["p50"],
        "p95 ms": ms["p95"],
        "in time": sum(not budget_ms or one.ms <= budget_ms for one in group) / count,
    }


def evaluate(
    documents: Sequence[Document], model: str, per_language: int, seed: int, budget_ms: float
) -> list[Mended]:
    """Mend as many holes of each language."""
    engine = engine_of(open_model(model))
    if budget_ms:
        engine.warm_up()
    holes = draw_holes(documents, per_language, seed)
    return [mend(engine, hole, budget_ms) for hole in progress(holes, "mending")]


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    holes: Annotated[int, typer.Option(min=1, help="Holes of each language.")] = 34,
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    budget: Annotated[float, typer.Option(min=0, help="Milliseconds a hole; 0: no limit.")] = 300,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill holes of a corpus's held-out packages with and without syntax repair."""
    mended = evaluate(list(Corpus(corpus).documents("held-out")), model, holes, seed, budget)
    names = sorted({one.language for one in mended})
    groups = {name: [one for one in mended if one.language == name] for name in names}
    rows = {name: figures(group, budget) for name, group in (groups | {"all": mended}).items()}
    title = f"{model}, {budget:g} ms, seed {seed}"
    table = Table("language", *rows["all"], title=title)
    for name, row in rows.items():
        table.add_row(name, *(f"{value:.3g}" for value in row.values()))
    Console().print(table)
    write(out, {"title": title, "languages": rows, "mended": mended})


if __name__ == "__main__":
    run(main)
