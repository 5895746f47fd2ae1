"""What the memory of a workspace is worth: the same holes with it and without, the product's way.

The packages of `retrieval_repositories.tsv`, which came out after the base, and folders under git;
the list was made before the first run. Of each, holes of two to six lines and rests of lines, in
turn. Before the memory is built the hole's text is taken out of its file, and copies of the file
out of the repository. Nothing has a deadline; what a line takes is counted from the read context
on, as with a warm request.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from random import Random
from typing import Annotated

import typer
from bootstrap import ratio
from holes import Hole, hole_in
from product import snapshot_in
from repositories import Repository, copies, folder, packages
from results import progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_lsp.context.window import window
from unmask_lsp.suggest.engine_request import Infill, Wanted
from unmask_lsp.syntax.languages import language_of
from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.engine.memories import Memories
from unmask_model.families.open_model import open_model
from unmask_model.protocol.memory import MemoryFile, MemoryUpdate
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult
from unmask_train.corpus.corpus import Document

LISTED = Path(__file__).with_name("retrieval_repositories.tsv")
ALL = "all"
KINDS = ("lines", "rest of line")
MOST_LINES = 8
"""Lines of an answer to a hole of several lines."""
SOON_MS = 300.0
"""A first line that is finished by then is in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What came of a hole."""

    repository: str
    file: str
    kind: str
    with_memory: bool
    text: str
    tokens: int
    forwards: int
    remembered: int
    denoise_ms: float
    """Milliseconds after the context was read."""
    first_line_ms: float
    """The same, until the first line was finished."""
    exact: bool
    """The first line is the author's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """An engine with a memory, that is asked with and without it."""

    engine: Engine
    memories: Memories

    @classmethod
    def of(cls, model: str) -> "Bench":
        """Open a model."""
        opened, memories = open_model(model), Memories()
        options = EngineOptions(sampler=opened.sampler)
        engine = Engine(opened.denoiser, model=opened.name, options=options, memories=memories)
        memories.open(engine.encode)
        engine.warm_up()
        return cls(engine=engine, memories=memories)

    def tell(self, repository: Repository, texts: dict[str, str], gone: Sequence[str] = ()) -> None:
        """Have texts remembered, and others forgotten."""
        files = tuple(MemoryFile(name=name, text=text) for name, text in texts.items())
        update = MemoryUpdate(workspace=repository.name, files=files, gone=tuple(gone))
        asyncio.run(self.memories.take(update))

    def fill(self, repository: Repository, hole: Hole) -> Iterator[Filled]:
        """Fill a hole with and without the memory; which is first changes from hole to hole."""
        snapshot, lines = snapshot_in(hole), MOST_LINES if hole.kind == "lines" else 1
        wanted = Wanted(everywhere=hole.kind == "lines", max_lines=lines)
        alone = Infill.of(snapshot, window(snapshot), wanted).request
        remembering = replace(alone, workspace=repository.name, file=hole.document.path)
        ways = (alone, remembering) if hole.start % 2 else (remembering, alone)
        for request in ways:
            yield _filled(self.engine, request, repository, hole)


def _filled(engine: Engine, request: InfillRequest, repository: Repository, hole: Hole) -> Filled:
    begun, first_line = time.perf_counter(), 0.0
    for event in engine.fill(request):
        now = (time.perf_counter() - begun) * 1000
        if isinstance(event, BlockSnapshot) and not first_line:
            first_line = now if "\n" in event.text[: event.settled].lstrip("\n") else 0.0
        if isinstance(event, InfillResult):
            result = event
    reading = sum(result.ms.get(stage, 0.0) for stage in ("queue", "tokenize", "context"))
    return Filled(
        repository=repository.name,
        file=hole.document.path,
        kind=hole.kind,
        with_memory=bool(request.workspace),
        text=result.text,
        tokens=result.tokens + 1,  # an END is written too
        forwards=result.forwards,
        remembered=result.remembered,
        denoise_ms=result.ms.get("denoise", 0.0),
        first_line_ms=(first_line or now) - reading,
        exact=_line(result.text) == _line(hole.author),
    )


def _line(text: str) -> str:
    return text.strip("\n").split("\n")[0].rstrip()


def draw(repository: Repository, holes: int, seed: int) -> list[Hole]:
    """Return holes of both kinds, one a file while there are files."""
    random = Random(seed)
    files = [name for name, text in repository.texts.items() if len(text) > 1000]
    found: list[Hole] = []
    while len(found) < 2 * holes and files:
        name, text = (chosen := random.choice(files)), repository.texts[chosen]
        language = language_of("", name).id
        document = Document(package=repository.name, path=name, language=language, text=text)
        hole = hole_in(document, KINDS[len(found) % 2], random)
        found += [hole] if hole and len(hole.author) > 3 else []
    return found


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    folders: Annotated[list[Path] | None, typer.Argument(help="Repositories under git.")] = None,
    listed: Annotated[Path, typer.Option("--list", help="Packages (TSV).")] = LISTED,
    cache: Annotated[Path, typer.Option(help="Where packages are kept.")] = Path("packages"),
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    holes: Annotated[int, typer.Option(min=1, help="Holes of each kind and repository.")] = 60,
    only: Annotated[str, typer.Option(help="One repository, by its name.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    minutes: Annotated[float, typer.Option(help="Stop after these; 0: when all is done.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill the same holes with the memory and without."""
    found = [*map(folder, folders or ()), *packages(listed, cache)]
    bench, filled = Bench.of(model), list[Filled]()
    due = time.monotonic() + minutes * 60 if minutes else float("inf")
    for repository in [one for one in found if only in ("", one.name)]:
        bench.tell(repository, dict(repository.texts))
        for hole in progress(draw(repository, holes, seed), repository.name):
            if time.monotonic() > due:
                break
            path, text = hole.document.path, hole.document.text
            copied = {name: repository.texts[name] for name in copies(path, repository.texts)}
            bench.tell(repository, {path: hole.text}, gone=list(copied))
            filled += bench.fill(repository, hole)
            bench.tell(repository, {path: text, **copied})
    show(filled)
    write(out, {"model": model, "holes": holes, "seed": seed, "filled": filled})
    bench.memories.close()


def show(filled: Sequence[Filled]) -> None:
    """Print a row for each repository and kind of hole, with and without, and what that changed."""
    table = Table("repository", "holes", "memory", *_figures(filled[:1]))
    for name in [*dict.fromkeys(one.repository for one in filled), ALL]:
        for kind, is_on in product(KINDS, (False, True)):
            those = _chosen(filled, name, kind, with_memory=is_on)
            cells = (f"{value:.2f}" for value in _figures(those).values())
            table.add_row(name, kind, "on" if is_on else "off", *cells)
    Console(width=140).print(table)
    for kind in KINDS:
        off, on = (_chosen(filled, ALL, kind, with_memory=is_on) for is_on in (False, True))
        same = sum(one.text == other.text for one, other in zip(off, on, strict=True))
        files = [one.file for one in on]
        passes = ratio([one.forwards for one in on], [one.forwards for one in off], files)
        ms = ratio([one.denoise_ms for one in on], [one.denoise_ms for one in off], files)
        Console().print(
            f"{kind}: the same text in {same} of {len(on)};"
            f" passes {passes.text(1, 2)}, milliseconds {ms.text(1, 2)} of those without"
        )


def _chosen(filled: Sequence[Filled], name: str, kind: str, *, with_memory: bool) -> list[Filled]:
    """Return the answers of a repository, in the order of their holes."""
    return [
        one
        for one in filled
        if name in (ALL, one.repository) and one.kind == kind and one.with_memory is with_memory
    ]


def _figures(filled: Sequence[Filled]) -> dict[str, float]:
    count, tokens = max(len(filled), 1), max(sum(one.tokens for one in filled), 1)
    return {
        "answers": len(filled),
        "tokens": tokens / count,
        "tokens a pass": tokens / max(sum(one.forwards for one in filled), 1),
        "ms a token": sum(one.denoise_ms for one in filled) / tokens,
        "line in time %": 100 * sum(one.first_line_ms <= SOON_MS for one in filled) / count,
        "remembered %": 100 * sum(one.remembered for one in filled) / tokens,
        "exact %": 100 * sum(one.exact for one in filled) / count,
    }


if __name__ == "__main__":
    run(main)
