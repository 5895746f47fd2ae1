"""`unmask pull NAME`: bring a model's weights to this machine, once, checked and ready to load."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from unmask_lsp.cli.progress_bar import progress_bar
from unmask_lsp.cli.progress_lines import progress_lines
from unmask_lsp.cli.pull_hub_model import pull_hub_model

if TYPE_CHECKING:
    from unmask_model.client.remote.remote_models import RemoteModel
    from unmask_model.weights.bases import Base
    from unmask_model.weights.sources.progress import Progress


def pull(
    name: Annotated[str, typer.Argument(help="A model, as `unmask models` names it.")] = "small",
    no_mirror: Annotated[
        bool, typer.Option("--no-mirror", help="Fetch from the publisher only.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Fetch open diffusion models without asking first.")
    ] = False,
    revision: Annotated[
        str,
        typer.Option(
            metavar="COMMIT",
            help="Fetch an open diffusion model at this commit, branch or tag of its publisher.",
        ),
    ] = "",
) -> None:
    """Fetch the weights of a model and make them ready to load."""
    from unmask_model.client.remote.remote_models import remote_model
    from unmask_model.weights.catalogue import weights_of
    from unmask_model.weights.hub_models import HubModel

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if remote := remote_model(name):
        console.print(_nothing_to_fetch(name, remote), markup=False)
        return
    weights = weights_of(name)
    if isinstance(weights, HubModel):
        pull_hub_model(weights, revision or weights.revision, console, _shown(console), yes=yes)
        return
    if revision:
        raise typer.BadParameter(f"--revision is for open diffusion models, {name} is one file")
    if weights is None:
        console.print(f"{name} needs no weights")
    else:
        _pull_base(name, weights, console, mirrors=not no_mirror)


def _pull_base(name: str, base: "Base", console: Console, *, mirrors: bool) -> None:
    from unmask_model.weights.base_files import open_base

    console.print(f"{base.name}: {base.in_words}")
    with _shown(console) as progress:
        files = open_base(base.name, download=True, mirrors=mirrors, progress=progress)
    console.print(f"{name} is ready: {files.tensors.parent}, SHA-256 as published")


def _shown(console: Console) -> "AbstractContextManager[Progress]":
    return (progress_bar if console.is_terminal else progress_lines)(console)


def _nothing_to_fetch(name: str, model: "RemoteModel") -> str:
    key = ", with a key (`unmask doctor` says whether it is there)" if model.needs_key else ""
    return (
        f"{name} runs on another server, so there is nothing to fetch; {model.note}."
        f" It is used only where the setting `unmask.model` names it{key}."
    )
