"""How much of what an author wrote the repository has said before: drafts without a model.

At random places of some files, a draft is made of what the window repeats (512 tokens left of the
place and 128 right of a hole), and of that and the repository without the file and copies of it.
Right is what the author wrote. `--fit` counts how often drafts are right by the kind of match,
on packages that no test and no evaluation reads, and prints what `chances.py` begins with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import thread_time
from typing import Annotated

import numpy as np
import typer
from repositories import Repository, copies, folder, packages
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.memory.chances import Case, Chances
from unmask_model.memory.draft import Draft, Wish
from unmask_model.memory.matches import Query
from unmask_model.memory.segment import DEPTH, GAP, Ids
from unmask_model.memory.workspace_memory import WorkspaceMemory
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.weights.base_files import open_base
from unmask_model.weights.bases import QWEN25_CODER_05B

FILES = 12
"""Files of each repository with holes in them."""
LEFT, RIGHT = 512, 128
"""Tokens of a window."""
HOLE = 40
"""Tokens of a hole: the right side begins behind it."""
MOST = 8
"""Most tokens of a draft."""
FIT = Path(__file__).with_name("retrieval_fit.tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What one source drafted at one place."""

    source: str
    """window, or repository with the window."""
    ids: int
    """Tokens of the draft that are likely enough to be checked."""
    right: int
    """How many of them, from the first on, the author wrote."""
    ms: float
    """Milliseconds of processor time that the look-up took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How drafts are made."""

    places: int
    """Places of each repository."""
    least: float
    """A draft ends where it is less likely than this to be right so far."""
    seed: int
    """Seed of the places."""


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    folders: Annotated[list[Path] | None, typer.Argument(help="Repositories under git.")] = None,
    listed: Annotated[
        Path | None, typer.Option("--list", help="Packages to read too (TSV).")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where packages are kept.")] = Path("packages"),
    places: Annotated[int, typer.Option(min=12, help="Places of each repository.")] = 480,
    least: Annotated[float, typer.Option(help="A draft ends where it is less likely.")] = 0.2,
    fit: Annotated[bool, typer.Option(help="Count chances, over the packages for that.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the places.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Draft at random places of repositories."""
    vocabulary = Vocabulary.open(open_base(QWEN25_CODER_05B.name).tokenizer, "<|endoftext|>")
    lists = [each for each in (listed, FIT if fit else None) if each]
    found = [*map(folder, folders or ()), *(one for each in lists for one in packages(each, cache))]
    chances = Chances(prior=1e-6, horizon=np.inf) if fit else Chances()
    table = Table("repository", "source", "drafts at %", "first right %", "right", "rows", "ms p95")
    figures, how = {}, How(places=places, least=least, seed=seed)
    for one in progress(found, "drafting"):
        drafted = list(_drafts(one, vocabulary, chances, how))
        figures[one.name] = summary = _summary(drafted)
        for source, row in summary.items():
            table.add_row(one.name, source, *(f"{value:.2f}" for value in row.values()))
    Console().print(table)
    if fit:
        _print_rates(chances)
    write(out, {"places": places, "seed": seed, "repositories": figures})


def _drafts(
    repository: Repository, vocabulary: Vocabulary, chances: Chances, how: How
) -> Iterator[Drafted]:
    """Yield what is drafted at random places of some files; what was right is learned."""
    texts = {
        name: np.array(vocabulary.encode(text), dtype=np.int32)
        for name, text in repository.texts.items()
    }
    whole, random = WorkspaceMemory(chances=chances), Random(how.seed)
    whole.put(texts)
    large = sorted(name for name, ids in texts.items() if len(ids) > LEFT)
    for name in random.sample(large, min(FILES, len(large))):
        alone, ids = WorkspaceMemory(chances=chances), texts[name]
        copied = {other: texts[other] for other in copies(name, repository.texts)}
        whole.forget(copied)
        for _ in range(how.places // FILES):
            place = random.randrange(len(ids) - MOST)
            window, truth = _window(ids, place), ids[place : place + MOST].tolist()
            for source, memory in (("window", alone), ("and repository", whole)):
                memory.put({name: window})  # in place of the file
                wish = Wish(near=name, most=MOST, least=how.least)
                begun = thread_time()
                draft = memory.draft(Query(last=window.tolist()), wish)
                ms = (thread_time() - begun) * 1000
                if draft is not None and memory is whole:
                    _learn(chances, draft, truth)
                drafted = draft.ids if draft else ()
                right = _right(drafted, truth)
                yield Drafted(source=source, ids=len(drafted), right=right, ms=ms)
        whole.put({name: ids, **copied})


def _window(ids: Ids, place: int) -> Ids:
    """Return what a model would be shown there, the left side last."""
    right = ids[place + HOLE : place + HOLE + RIGHT]
    return np.concatenate([right, [GAP], ids[max(place - LEFT, 0) : place]]).astype(np.int32)


def _right(drafted: Sequence[int], truth: Sequence[int]) -> int:
    """Count the ids of a draft that are right, from the first on."""
    same = [one == other for one, other in zip(drafted, truth, strict=False)]
    return [*same, False].index(False)


def _learn(chances: Chances, draft: Draft, truth: Sequence[int]) -> None:
    """Take note of the ids that would be checked: up to the first wrong one."""
    right = _right(draft.ids, truth)
    for at, case in enumerate(draft.cases[: right + 1]):
        chances.learn(case, right=at < right)


def _summary(drafted: Sequence[Drafted]) -> dict[str, dict[str, float]]:
    found = {}
    for source in dict.fromkeys(one.source for one in drafted):
        those = [one for one in drafted if one.source == source]
        made = [one for one in those if one.ids]
        found[source] = {
            "at": 100 * len(made) / len(those),
            "first": 100 * sum(one.right > 0 for one in made) / max(len(made), 1),
            "right": sum(one.right for one in those) / len(those),
            "rows": sum(one.ids for one in those) / len(those),
            "ms": percentiles([one.ms for one in those])["p95"],
        }
    return found


def _print_rates(chances: Chances) -> None:
    """Print what `chances.py` begins with."""
    for near in (True, False):
        for alone in (True, False):
            cases = (
                Case(near=near, alone=alone, length=length, share=1.0)
                for length in range(1, DEPTH + 1)
            )
            name = f"{'NEAR' if near else 'FAR'}_{'ALONE' if alone else 'AGREED'}"
            print(f"{name}: Rates = ({', '.join(f'{chances.rate(case):.2f}' for case in cases)})")


if __name__ == "__main__":
    run(main)
