"""What is there to be won by a better choice among guesses, by language and kind of place.

`small` on ONNX Runtime answers holes of held-out packages, or rows of HumanEval-Infilling. Counted
is how often the next token stands among the best 1, 4 and 16 of a guess, and how many guesses in a
row would be right if the best choice among these were known (`ranked_guesses.py`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from bootstrap import mean
from forms import folder_of
from holes import Hole, draw_holes
from ranked_guesses import Ranked, RankedGuesses, accepted
from results import progress, run, write
from rich.console import Console
from rich.table import Table
from rows import Row, choose, read_rows

from unmask_train.corpus.corpus import Corpus, Document

AMONG = (1, 4, 16)
"""Guesses of a place that are looked at."""
SIGNS = {"a dot": ".", "a bracket": "([{", "an operator": "=+-*/%<>&|!"}
"""Kinds of signs by their last character."""
ROWS, PER_PROBLEM = 150, 2
"""Rows of a file that are asked: those that samplers are chosen by."""


def main(
    corpus: Annotated[
        Path | None, typer.Option(help="Folder made by `unmask train data`: its held-out files.")
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="Files of HumanEval-Infilling, .jsonl or .jsonl.gz.")
    ] = None,
    holes: Annotated[int, typer.Option(min=1, help="Holes of each language.")] = 12,
    seed: Annotated[int, typer.Option(help="Seed of the holes and of the choice of rows.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write every figure here, as JSON.")] = None,
) -> None:
    """Rank the right tokens among a model's guesses."""
    chosen = draw_holes(Corpus(corpus).documents("held-out"), holes, seed) if corpus else []
    for file in data or ():
        chosen += [hole_of(row) for row in choose(read_rows(file), ROWS, PER_PROBLEM, seed)]
    guesses = RankedGuesses(folder_of())
    found = [one for hole in progress(chosen, "ranking") for one in guesses.of(hole)]
    names = ["next token", "places", "1st %", "2nd %", "author's 1st %", "in a row"]
    table = Table(*names, title=f"among the best {', '.join(map(str, AMONG))}")
    figures = {}
    for name, some in groups(found):
        figures[name] = figures_of(some)
        table.add_row(name, *cells(figures[name]))
    Console().print(table)
    write(out, {"seed": seed, "among": AMONG, "groups": figures})


def hole_of(row: Row) -> Hole:
    """Return a row as a hole."""
    document = Document(
        package=row.problem, path=row.task, language="python", text=row.source(row.middle)
    )
    return Hole(
        document=document,
        kind="HumanEval, one line" if row.single_line else "HumanEval, several lines",
        start=len(row.left),
        end=len(row.left) + len(row.middle),
    )


def groups(found: Sequence[Ranked]) -> Iterator[tuple[str, list[Ranked]]]:
    """Yield all, then those of each kind of hole, language, and token that a guess follows."""
    yield "all", list(found)
    for name_of in (_kind, _language, _behind):
        for name in sorted({name_of(one) for one in found}):
            yield name, [one for one in found if name_of(one) == name]


def figures_of(some: Sequence[Ranked]) -> dict[str, Any]:
    """Return shares and mean lengths, each for all of AMONG."""
    whole = [one for one in some if len(one.model) > 1]
    lengths = [[accepted(one.model, among) for one in whole] for among in AMONG]
    packages = [one.hole.document.package for one in whole]
    return {
        "places": len(some),
        "first": _recall([one.model[:1] for one in some]),
        "second": _recall([one.model[1:2] for one in some]),
        "author": _recall([one.author[:1] for one in some]),
        "in_a_row": [mean(each, packages) for each in lengths] if whole else [],
    }


def cells(figures: dict[str, Any]) -> list[str]:
    """Return what a table says of figures."""
    shares = [_text(figures[name], 100, 0) for name in ("first", "second", "author")]
    lengths = [one.value for one in figures["in_a_row"]]
    return [str(figures["places"]), *shares, _text(lengths, 1, 2)]


def _kind(one: Ranked) -> str:
    return one.hole.kind


def _language(one: Ranked) -> str:
    return one.hole.document.language


def _behind(one: Ranked) -> str:
    last = one.behind[-1:]
    if last.isspace() or not last:
        return "behind white space"
    if last.isalnum() or last == "_":
        return "behind a word"
    kinds = (f"behind {name}" for name, signs in SIGNS.items() if last in signs)
    return next(kinds, "behind another sign")


def _recall(ranks: Sequence[Sequence[int]]) -> list[float]:
    known = np.array([one for each in ranks for one in each])
    return [float((known < among).mean()) if len(known) else float("nan") for among in AMONG]


def _text(numbers: Sequence[float], scale: float, digits: int) -> str:
    known = [number for number in numbers if not np.isnan(number)]
    return " ".join(f"{scale * number:.{digits}f}" for number in known) or "-"


if __name__ == "__main__":
    run(main)
