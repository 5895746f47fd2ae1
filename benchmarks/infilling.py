"""HumanEval-Infilling: how often a filled hole is right, and what filling it costs.

Variants take turns row by row, so that their times are of one run; what they wrote is judged
afterwards. Where only answers and passes are wanted, several rows can be asked together. The
development files hold the even-numbered problems only: figures on them must not be set beside
published ones, which are of all problems.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from bootstrap import mean
from comparison import Outcome, Summary, pairs
from completions import Completion, complete
from earlier import earlier
from engines import engine_of
from infilling_tables import show, tables
from results import progress, run, write
from rows import Row, choose, read_rows
from sandbox import judge
from scores import floor, score
from variants import Variant, variants_of

from unmask_model.families.open_model import open_model
from unmask_model.transformer.execution import Execution, Weights

LINE_TOKENS, BLOCK_TOKENS = 96, 256
"""Most tokens of a hole that is one line, and of any other."""


def evaluate(  # noqa: PLR0913 -- the options of a command are its arguments
    data: Annotated[Path, typer.Option(help="File of HumanEval-Infilling, .jsonl or .jsonl.gz.")],
    model: Annotated[list[str], typer.Option(help="Model: one for all samplers, or one for each.")],
    sampler: Annotated[list[str], typer.Option(help="Sampler; several are compared.")],
    rows: Annotated[int, typer.Option(min=1, help="Most rows to ask.")] = 150,
    per_problem: Annotated[int, typer.Option(min=0, help="Most rows a problem; 0: any.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of the choice of rows.")] = 0,
    dtype: Annotated[Weights, typer.Option(help="What weights are multiplied in.")] = Weights.BEST,
    together: Annotated[
        int, typer.Option(min=1, max=16, help="Rows asked at a time; times count with 1 alone.")
    ] = 1,
    beside: Annotated[
        Path | None, typer.Option(help="What an earlier run wrote: its variants are compared too.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill holes of a HumanEval-Infilling file, and run the problems' tests."""
    variants = variants_of(model, sampler)
    chosen = choose(read_rows(data), rows, per_problem, seed)
    problems = [row.problem for row in chosen]
    known = earlier(beside, chosen) if beside else {}
    outcomes, floors = judged(chosen, asyncio.run(fill(chosen, variants, dtype, together)))
    outcomes |= known
    silence = mean(floors, problems)
    summaries = {name: Summary.of(found, problems) for name, found in outcomes.items()}
    compared = pairs(outcomes, problems)
    title = f"{data.name}: {len(chosen)} rows of {len(set(problems))} problems, seed {seed}"
    title += f", {together} asked together" if together > 1 else ""
    show(tables(title, silence, summaries, compared))
    items = {
        row.task: {name: found[index] for name, found in outcomes.items()}
        for index, row in enumerate(chosen)
    }
    figures = {"floor": silence, "variants": summaries, "pairs": compared, "items": items}
    write(out, {"title": title, "per_problem": per_problem, **figures})


async def fill(
    rows: list[Row], variants: list[Variant], dtype: Weights = Weights.BEST, together: int = 1
) -> dict[str, list[Completion]]:
    """Return each variant's completion of each row."""
    models = dict.fromkeys(variant.model for variant in variants)
    engines = {
        name: engine_of(open_model(name, execution=Execution(weights=dtype))) for name in models
    }
    found: dict[str, list[Completion]] = {variant.name: [] for variant in variants}

    async def completion(row: Row, variant: Variant) -> Completion:
        most = LINE_TOKENS if row.single_line else BLOCK_TOKENS
        return await complete(engines[variant.model], row, variant, most)

    for variant in variants:  # thrown away: the first passes pay for what only the first pay for
        await completion(rows[0], variant)
    for start in progress(range(0, len(rows), together), "filling"):
        for variant in variants:
            some = (completion(row, variant) for row in rows[start : start + together])
            found[variant.name] += await asyncio.gather(*some)
    return found


def judged(
    rows: list[Row], completions: dict[str, list[Completion]]
) -> tuple[dict[str, list[Outcome]], list[bool]]:
    """Return each completion with its score, and for each row whether silence passes."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in completions}
    floors = []
    with judge() as ends_well:
        for index, row in enumerate(progress(rows, "judging")):
            floors.append(floor(row, ends_well))
            for name, found in completions.items():
                verdict = score(row, found[index].text, ends_well)
                outcomes[name].append(Outcome(completion=found[index], score=verdict))
    return outcomes, floors


if __name__ == "__main__":
    run(evaluate)
