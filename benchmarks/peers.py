"""Our engine beside llama.cpp on the same file: what is there at a budget, and how right it is.

Same GGUF, same rows, same threads, one interleaved run: each row is filled by everybody in turn,
at each budget. llama.cpp is asked in the order its own FIM endpoint has (llama.vim's users get it)
and with the right side first, which suits this file best; ours from left to right is the same
weights without drafts. Single lines and holes of several lines from HumanEval-Infilling.
"""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer
from bootstrap import Interval, mean
from engines import engine_of
from forms import in_form
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table
from rivals import Filled, Llama, Ours, Rival, llama_server
from rows import Row, choose, read_rows
from sandbox import judge
from scores import score

from unmask_model.families.open_model import open_model
from unmask_model.weights.bases import QWEN25_CODER_05B
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.fetch import cached_file
from unmask_model.weights.sources.progress import silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One rival at one budget."""

    answered: Interval
    """Share of rows with text."""
    finished: Interval
    """Share of all rows whose first line is whole."""
    passed: Interval
    """pass@1 of what is there."""
    gain: Interval
    """pass@1 less that of the first rival at the same budget, paired by row."""
    token_ms: float
    """Milliseconds of writing a token."""
    ms: dict[str, float]
    """Milliseconds from request to answer, p50 and p95."""


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    data: Annotated[Path, typer.Option(help="File of HumanEval-Infilling.")],
    budget: Annotated[list[float], typer.Option(help="Budgets in ms; 0: no limit.")],
    rows: Annotated[int, typer.Option(min=1, help="Most rows to ask.")] = 100,
    warm: Annotated[bool, typer.Option(help="Read the context up to the key before.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of the choice of rows.")] = 0,
    per_problem: Annotated[int, typer.Option(help="Most rows of a problem; 0: all.")] = 2,
    forms: Annotated[str, typer.Option(help="Our weights' forms, each with `verify`.")] = "",
    without: Annotated[list[str] | None, typer.Option(help="Rivals to leave out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill the same holes by everybody, in turn."""
    chosen = choose(read_rows(data), rows, per_problem, seed)
    threads = os.cpu_count() or 1
    gguf = cached_file(QWEN25_CODER_05B, Cache.of_user(), silent)
    assert gguf is not None, "run `unmask pull small` first"
    started = time.perf_counter()
    opened = open_model("small")
    opened_s = time.perf_counter() - started
    engine = engine_of(opened)
    engine.warm_up()
    with ExitStack() as stack:
        address, pid = stack.enter_context(llama_server(gguf, threads))
        rivals: list[Rival] = [
            Ours(engine, "verify", "ours, verify"),
            *(_in_form(form) for form in forms.split(",") if form),
            Ours(engine, "autoregressive", "ours, left to right"),
            Llama(address, right_first=False),
            Llama(address, right_first=True),
        ]
        rivals = [rival for rival in rivals if rival.name not in (without or ())]
        found = _filled(chosen, rivals, budget, warm=warm)
        memory = {"ours MB": _resident(os.getpid()), "llama.cpp MB": _resident(pid)}
    figures = _judged(chosen, found)
    title = f"{data.name}, {len(chosen)} rows, {'warm' if warm else 'cold'}, {threads} threads"
    Console().print(_table(title, figures), memory, f"ours opened in {opened_s:.1f} s")
    write(out, {"title": title, "figures": figures, "memory": memory, "opened_s": opened_s})


def _in_form(form: str) -> Ours:
    engine = engine_of(in_form(form))  # type: ignore[arg-type] # a name that is none fails at once
    engine.warm_up()
    return Ours(engine, "verify", f"ours, verify, {form}")


Found = dict[tuple[str, float], list[Filled]]
"""What each rival wrote at each budget, row by row."""


def _filled(
    chosen: Sequence[Row], rivals: Sequence[Rival], budgets: Sequence[float], *, warm: bool
) -> Found:
    found: Found = {(rival.name, budget): [] for budget in budgets for rival in rivals}
    for rival in rivals:  # thrown away: the first passes pay for what only the first pay for
        rival.fill(chosen[0], 0)
    for row in progress(chosen, "filling"):
        for budget in budgets:
            for rival in rivals:
                if warm:
                    rival.warm(row)
                else:
                    _forget(rival, chosen, row)
                found[rival.name, budget].append(rival.fill(row, budget))
    return found


def _forget(rival: Rival, chosen: Sequence[Row], row: Row) -> None:
    """Have a rival look at another row, so that nothing of this one is left from the last time."""
    other = next((each for each in chosen if each.problem != row.problem), row)
    rival.warm(other)


def _judged(chosen: Sequence[Row], found: Found) -> dict[str, Figures]:
    problems = [row.problem for row in chosen]
    firsts: dict[float, list[bool]] = {}
    figures = {}
    with judge() as ends_well:
        for (name, budget), every in found.items():
            passed = [
                score(row, one.text, ends_well).passed
                for row, one in zip(chosen, every, strict=True)
            ]
            first = firsts.setdefault(budget, passed)
            gains = [mine - his for mine, his in zip(passed, first, strict=True)]
            figures[f"{name} @ {budget:g}"] = Figures(
                answered=mean([bool(one.text.strip()) for one in every], problems),
                finished=mean([one.finished for one in every], problems),
                passed=mean(passed, problems),
                gain=mean(gains, problems),
                token_ms=sum(one.writing_ms for one in every)
                / max(sum(one.tokens for one in every), 1),
                ms=percentiles([one.ms for one in every]),
            )
    return figures


def _resident(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6


def _table(title: str, figures: dict[str, Figures]) -> Table:
    columns = (
        "text %",
        "line whole %",
        "pass@1 %",
        "against the first",
        "ms a token",
        "ms p50/p95",
    )
    table = Table("", *columns, title=title)
    for name, one in figures.items():
        table.add_row(
            name,
            one.answered.text(100),
            one.finished.text(100),
            one.passed.text(100),
            one.gain.text(100),
            f"{one.token_ms:.1f}",
            f"{one.ms['p50']:.0f} / {one.ms['p95']:.0f}",
        )
    return table


if __name__ == "__main__":
    run(main)
