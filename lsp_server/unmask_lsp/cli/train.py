"""`unmask train`: from packages to a corpus, from a corpus to an adapter."""

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, track

if TYPE_CHECKING:
    from unmask_train.learning.run import Run

app = typer.Typer(name="train", help="Train an adapter of your own.", no_args_is_help=True)


@app.command()
def data(  # noqa: PLR0913 -- the options of a command are its arguments
    out: Annotated[Path, typer.Option(help="Folder of the corpus; downloads are kept in it.")],
    lists: Annotated[
        list[Path] | None,
        typer.Option("--list", help="Package list (TSV); Unmask's own Python list if not given."),
    ] = None,
    others: Annotated[
        bool, typer.Option(help="Add Unmask's own list of other languages; needs npm and apt.")
    ] = False,
    packages: Annotated[
        int, typer.Option(min=0, help="Take only the first N packages; 0 means all.")
    ] = 0,
    held_out: Annotated[
        Path | None,
        typer.Option(help="List of packages never to train on; Unmask's own if not given."),
    ] = None,
    avoid: Annotated[
        list[Path] | None, typer.Option(help="Evaluation texts (JSON lines, .gz) to keep out.")
    ] = None,
    megabytes: Annotated[
        int, typer.Option(min=1, help="Most millions of characters to train on.")
    ] = 160,
    seed: Annotated[int, typer.Option(help="Decides what is taken of large packages.")] = 0,
) -> None:
    """Make a corpus of permissively licensed source packages."""
    from unmask_train.corpus.collection import Collection
    from unmask_train.corpus.contamination import Contamination
    from unmask_train.corpus.download import download
    from unmask_train.corpus.harvest import CorpusMix
    from unmask_train.corpus.packages import own_list, read_packages, without

    closed = read_packages(held_out or own_list("held_out"))
    named = list(lists or [own_list("python_packages")])
    if others:
        named.append(own_list("other_packages"))
    chosen = without([row for path in named for row in read_packages(path)], closed)
    chosen = chosen[: packages or None]
    mix = CorpusMix(characters=megabytes * 1_000_000, seed=seed)
    collection = Collection(mix, Contamination.of_files(avoid or []))
    console = Console(stderr=True)
    for split, group in (("held-out", closed), ("train", chosen)):
        fetched = download(group, out / "downloads")
        for one in track(fetched, f"{split} packages", total=len(group), console=console):
            collection.add(one, split)
    collection.write(out)
    console.print(f"{collection.summary()}; {out / 'manifest.json'} says what and why")


@app.command()
def run(  # noqa: PLR0913 -- the options of a command are its arguments
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; one that exists is gone on with.")],
    base: Annotated[
        str, typer.Option(help="Base model: a name of `unmask models`, a file or a folder.")
    ] = "qwen2.5-coder-0.5b-instruct-q4_k_m",
    start: Annotated[
        Path | None, typer.Option("--from", help="Adapter of the same base to begin with.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help="Training time.")] = 120.0,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 5e-4,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 0,
    change: Annotated[
        list[str] | None,
        typer.Option(help="Any other field of the recipe and its value: `layout.ahead=2`."),
    ] = None,
) -> None:
    """Train an adapter; a run that was stopped goes on where it was.

    Started by `torchrun -m unmask_lsp train run ...`, its processes train it together.
    """
    from unmask_model.families.machine import require_torch

    require_torch("training needs")
    from unmask_model.transformer.adapter import Adapter
    from unmask_model.weights.base_files import open_base
    from unmask_train.learning.card import write_card
    from unmask_train.learning.material import Material
    from unmask_train.learning.run import Run
    from unmask_train.learning.world import World
    from unmask_train.records.history import History
    from unmask_train.records.loss_plot import PLOT, draw
    from unmask_train.records.recipe import Recipe

    plain = Recipe(minutes=minutes, learning_rate=learning_rate, seed=seed)
    recipe = reduce(Recipe.changed, change or (), plain)
    world = World.join()
    console = Console(stderr=True, quiet=not world.first)
    material = Material.open(open_base(base, download=True), corpus, world.device)
    begun = Adapter.open(start, material.base.sha256) if start else None
    running = Run(material, recipe, out, begun, world)
    _with_progress(running, minutes * 60, console)
    world.leave()
    if not world.first:
        return
    card = write_card(out, corpus)
    console.print(f"the adapter is {out / 'adapter.safetensors'}, its card {card}")
    if not draw(History(out).entries(), out / PLOT):
        console.print(f"no {PLOT}: that needs matplotlib, the extra `plots`")


def _with_progress(running: "Run", seconds: float, console: Console) -> None:
    """Train until the time is over, with a bar that says how much of it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("training", total=seconds, completed=int(running.progress.seconds))
        running.train(
            lambda progress, figures: bar.update(
                task,
                completed=progress.seconds,
                description=f"step {progress.step}, loss {figures['loss']:.2f}",
            )
        )
