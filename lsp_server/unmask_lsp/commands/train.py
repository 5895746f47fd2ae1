"""`unmask train`: from packages to a corpus. Needs the package `unmask_train`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

app = typer.Typer(name="train", help="Train an adapter of your own.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `data` a subcommand while it is the only one."""


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
    from unmask_train.collection import Collection
    from unmask_train.contamination import Contamination
    from unmask_train.download import download
    from unmask_train.harvest import Recipe
    from unmask_train.packages import own_list, read_packages, without

    closed = read_packages(held_out or own_list("held_out"))
    named = list(lists or [own_list("python_packages")])
    if others:
        named.append(own_list("other_packages"))
    chosen = without([row for path in named for row in read_packages(path)], closed)
    chosen = chosen[: packages or None]
    recipe = Recipe(characters=megabytes * 1_000_000, seed=seed)
    collection = Collection(recipe, Contamination.of_files(avoid or []))
    console = Console(stderr=True)
    for split, group in (("held-out", closed), ("train", chosen)):
        fetched = download(group, out / "downloads")
        for one in track(fetched, f"{split} packages", total=len(group), console=console):
            collection.add(one, split)
    collection.write(out)
    console.print(f"{collection.summary()}; {out / 'manifest.json'} says what and why")
