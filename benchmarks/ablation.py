"""What a change of the training recipe is worth: short runs of equal time, read on the same blocks.

`python benchmarks/ablation.py --corpus CORPUS --out RUNS --minutes 15 --change rank=8` trains one
adapter by the recipe as it is and one for each change, which is a field of the recipe and its
value (`layout.ahead=6`, `lengths=[24]`). All see the same examples in the same order and have the
machine in turn; what they say of held-out blocks is compared block by block. A run that is there
already is not trained again.
"""

from pathlib import Path
from typing import Annotated

import torch
import typer
from bootstrap import Interval, difference, mean
from results import run, write
from rich.console import Console
from rich.table import Table
from torch import Tensor

from unmask_model.transformer.adapter import Adapter
from unmask_model.weights.base_files import open_base
from unmask_train.examples.batch import Batch
from unmask_train.examples.masked_copies import Copy
from unmask_train.learning.material import Material
from unmask_train.learning.objective import Outcome
from unmask_train.learning.run import MEASURED, MEASURED_LENGTH, Run
from unmask_train.records.recipe import Recipe

AS_IT_IS = "as it is"

Columns = dict[str, Tensor]
"""Figures by name, one number a block."""


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    out: Annotated[Path, typer.Option(help="Folder of the runs.")],
    change: Annotated[list[str], typer.Option(help="Field of the recipe and its value.")],
    base: Annotated[str, typer.Option(help="Base model.")] = "qwen2.5-coder-0.5b-instruct-q4_k_m",
    start: Annotated[Path | None, typer.Option("--from", help="Adapter all begin with.")] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help="Minutes of each run.")] = 15.0,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 5e-4,
    blocks: Annotated[int, typer.Option(min=1, help="Held-out blocks.")] = 192,
) -> None:
    """Train by each recipe, and compare what the adapters say of held-out blocks."""
    plain = Recipe(minutes=minutes, learning_rate=learning_rate)
    recipes = {AS_IT_IS: plain} | {each: plain.changed(each) for each in change}
    material = Material.open(open_base(base), corpus)
    begun = Adapter.open(start, material.base.sha256) if start else None
    found = {}
    for name, recipe in recipes.items():
        running = Run(material, recipe, out / name.replace("/", "-"), begun)
        with Console(stderr=True).status(name) as status:
            running.train(lambda at, _, told=status, it=name: told.update(f"{it}: step {at.step}"))
        found[name] = by_block(*running.read_held_out(blocks)) | _steps(running, blocks)
    compared = {name: compare(found[AS_IT_IS], columns) for name, columns in found.items()}
    Console().print(table(compared, f"{minutes:g} minutes each, {blocks} held-out blocks"))
    write(out / "ablation.json", {"minutes": minutes, "blocks": blocks, "variants": compared})


def by_block(batch: Batch, outcome: Outcome) -> Columns:
    """Return the figures of each held-out block, (N,) each.

    Right ids from the start of the masked block, share right left to right, and guesses in a row
    that agree with that reading, in the mean of the block's groups.
    """
    count = len(batch.kinds)
    blank = outcome.right[batch.kinds == int(Copy.BLANK)].view(count, MEASURED_LENGTH).float()
    causal = batch.kinds == int(Copy.CAUSAL)
    asked = (causal & outcome.asked).sum(1)
    guesses = batch.kinds == int(Copy.AHEAD)
    groups = outcome.right[guesses].view(count, MEASURED.groups, MEASURED.ahead)
    begun = outcome.asked[guesses].view(count, MEASURED.groups, MEASURED.ahead)[:, :, 0]
    runs = groups.float().cumprod(-1).sum(-1) * begun
    return {
        "first place": blank[:, 0],
        "right run": blank.cumprod(1).sum(1),
        "left to right": (outcome.right & causal).sum(1) / asked,
        "run ahead": runs.sum(1) / begun.sum(1).clamp(min=1),
    }


def _steps(running: Run, blocks: int) -> Columns:
    return {"steps": torch.full((blocks,), float(running.progress.step))}


def compare(plain: Columns, other: Columns) -> dict[str, tuple[Interval, Interval]]:
    """Return each figure of the other, and how much more it is than that of the plain recipe."""
    names = [str(k) for k in range(len(next(iter(plain.values()))))]
    return {
        figure: (mean(values, names), difference(values, plain[figure].tolist(), names))
        for figure, values in ((name, column.tolist()) for name, column in other.items())
    }


def table(compared: dict[str, dict[str, tuple[Interval, Interval]]], title: str) -> Table:
    """One row a recipe; behind each figure how much more than the recipe as it is, 95 %."""
    figures = next(iter(compared.values()))
    made = Table("recipe", *figures, title=title)
    for name, row in compared.items():
        cells = (f"{value.value:.3f}, {more.text(digits=3)}" for value, more in row.values())
        made.add_row(name, *cells)
    return made


if __name__ == "__main__":
    run(main)
