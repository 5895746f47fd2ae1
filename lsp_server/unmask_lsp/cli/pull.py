"""`unmask pull NAME`: bring a model's weights to this machine, once, checked and ready to load."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from unmask_lsp.cli.progress_bar import progress_bar
from unmask_lsp.cli.progress_lines import progress_lines

if TYPE_CHECKING:
    from unmask_model.weights.bases import Base


def pull(
    name: Annotated[str, typer.Argument(help="A model, as `unmask models` names it.")] = "small",
    no_mirror: Annotated[
        bool, typer.Option("--no-mirror", help="Fetch from the publisher only.")
    ] = False,
) -> None:
    """Fetch the weights of a model and make them ready to load."""
    from unmask_model.weights.base_files import open_base

    base = _base(name)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if base is None:
        console.print(f"{name} needs no weights")
        return
    console.print(
        f"{base.name}: {base.size / 1e6:.0f} MB by {base.publisher}, licence {base.licence}"
    )
    shown = progress_bar if console.is_terminal else progress_lines
    with shown(console) as progress:
        files = open_base(base.name, download=True, mirrors=not no_mirror, progress=progress)
    console.print(f"{name} is ready: {files.tensors.parent}, SHA-256 as published")


def _base(name: str) -> "Base | None":
    """The base called so, or the one the model called so stands on."""
    from unmask_model.weights.bases import BASES
    from unmask_model.weights.catalogue import find_model

    return BASES.get(name) or find_model(name).base
