"""What keys make an engine read again, on a made-up machine: typing with brackets that close.

An editor closes brackets and quotes by itself and puts a line break between braces on two lines,
so that the right side changes at many keys. The machine is made up, so that nothing is noisy and
no weights are needed: rows take as long as they did on two AVX2 cores (docs/benchmarks.md), on a
clock of its own; the tokenizer, the windows and the engine are the product's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Annotated

import numpy as np
import typer
from engines import engine_of
from results import run, write
from rich.console import Console
from rich.table import Table

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Choice
from unmask_model.engine.engine import Engine
from unmask_model.families.causal_block.backend import Cache, Inputs, Rows
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.open_model import OpenedModel
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.weights.base_files import open_base

PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}
MANY = 16
"""A key that reads more tokens than these before its answer reads again."""
KEYS = 80
"""Characters typed at each place."""


class Clock:
    """Time that passes only where work is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@dataclass(slots=True)
class MadeUpCache:
    """Keys and values of nothing."""

    length: int = 0

    def copy(self, length: int) -> "MadeUpCache":
        """Return another one."""
        return MadeUpCache(length)


class MadeUpMachine:
    """Rows take time and say END."""

    parallel, block, head_ids, joint, lazy_head = True, 32, None, True, True

    def __init__(self, clock: Clock, pass_ms: float, row_ms: float, end: int) -> None:
        self._clock, self._pass_ms, self._row_ms, self._end = clock, pass_ms, row_ms, end

    def cache(self, capacity: int) -> Cache:
        """Return an empty cache."""
        return MadeUpCache()

    def forward(self, every: Sequence[Inputs]) -> list[Rows]:
        """Let the time pass that the rows take."""
        for one in every:
            self._clock.now += (self._pass_ms + self._row_ms * len(one.reads)) / 1000
            for cache, count in one.kept:
                cache.length += count
        return [None for _ in every]

    def choose(
        self, parts: Sequence[tuple[Rows, Ids]], constraints: Sequence[Constraints]
    ) -> list[Choice]:
        """Choose END."""
        return [self._ends(len(some)) for _, some in parts]

    def _ends(self, count: int) -> Choice:
        ids, sure = np.full(count, self._end), np.ones(count, np.float32)
        return Choice(ids=ids, confidence=sure, free=ids, second=ids, second_confidence=sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key and what came of it."""

    read: int
    """Tokens read before its answer, or its end."""
    late: bool
    """Whether its time was up before anything could be said."""


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    folders: Annotated[list[Path], typer.Argument(help="Folders with source files.")],
    ending: Annotated[list[str], typer.Option(help="Endings of files.")] = [".py", ".ts"],  # noqa: B006
    places: Annotated[int, typer.Option(min=1, help="Places typed at.")] = 60,
    pause: Annotated[float, typer.Option(help="Milliseconds between two keys.")] = 150.0,
    budget: Annotated[float, typer.Option(help="Milliseconds of a request.")] = 300.0,
    pass_ms: Annotated[float, typer.Option(help="Milliseconds of a pass without rows.")] = 12.0,
    row_ms: Annotated[float, typer.Option(help="Milliseconds of a row.")] = 8.5,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Type at random places, and count what each key reads."""
    vocabulary = open_vocabulary(open_base("qwen2.5-coder-0.5b-instruct-q4_k_m").tokenizer)
    clock = Clock()
    machine = MadeUpMachine(clock, pass_ms, row_ms, vocabulary.end)
    model = OpenedModel(name="made up", denoiser=CausalBlock(machine, vocabulary), sampler="verify")
    engine = engine_of(model, clock=clock)
    engine.warm_up()
    typed = list(islice(_places(folders, ending), places))
    every = [_typed(engine, clock, text, start, pause, budget) for text, start in typed]
    keys = [key for some in every for key in some[_silent(some) + 1 :]]  # after its first answer
    figures = {
        "keys after the first answer at a place": len(keys),
        "keys that read again %": 100 * sum(key.read > MANY for key in keys) / len(keys),
        "keys with nothing in time %": 100 * sum(key.late for key in keys) / len(keys),
        "first keys at a place with nothing in time %": 100
        * sum(some[0].late for some in every)
        / len(every),
        "keys until the first answer, mean": sum(map(_silent, every)) / len(every),
    }
    table = Table("", "", title=f"{pass_ms:g} + {row_ms:g} ms a row, {pause:g} ms between keys")
    for name, value in figures.items():
        table.add_row(name, f"{value:.1f}")
    Console().print(table)
    write(out, {"pass_ms": pass_ms, "row_ms": row_ms, "pause_ms": pause, **figures})


def _places(folders: Sequence[Path], endings: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield texts of at least a window, and where typing begins, at the start of a line."""
    random = Random(0)
    files = [path for folder in folders for path in sorted(folder.rglob("*"))]
    files = [path for path in files if path.suffix in endings and path.stat().st_size > 4000]
    while files:
        text = random.choice(files).read_text(encoding="utf-8", errors="replace")
        starts = [at + 1 for at, sign in enumerate(text[: -2 * KEYS]) if sign == "\n"]
        yield text, random.choice(starts)


def _typed(  # noqa: PLR0913 -- a person at a place
    engine: Engine, clock: Clock, text: str, start: int, pause: float, budget: float
) -> list[Key]:
    """Type what stands at a place, as if it were not there yet."""
    keys = []
    for left, right in _sides(text[:start], text[start : start + KEYS], text[start + KEYS :]):
        request = InfillRequest(
            left=left, right=right, budget_ms=budget, document=f"{start} {len(text)}", stream=False
        )
        *_, result = engine.fill(request)
        assert isinstance(result, InfillResult)
        plan = result.plan
        read = plan.context_tokens - plan.cached_tokens if plan else result.unread
        keys.append(Key(read=read, late=bool(result.expected_ms)))
        until = clock.now + pause / 1000
        while clock.now < until and engine.step():
            pass
        clock.now = max(clock.now, until)
    return keys


def _sides(left: str, typed: str, right: str) -> Iterator[tuple[str, str]]:
    """Yield both sides after each key, as an editor that closes brackets leaves them."""
    closers: list[str] = []
    for key in typed:
        if closers and key == closers[-1]:
            closers.pop()  # typed over
        elif key in PAIRS:
            closers.append(PAIRS[key])
        elif key == "\n" and closers and left.endswith(("{", "[", "(")):
            closers.append("\n")  # Enter between brackets puts the closer on a line of its own
        left += key
        yield left, "".join(reversed(closers)) + right


def _silent(keys: Sequence[Key]) -> int:
    return next((index for index, key in enumerate(keys) if not key.late), len(keys))


if __name__ == "__main__":
    run(main)
