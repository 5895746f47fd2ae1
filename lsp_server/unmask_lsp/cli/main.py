"""The command `unmask`: the one module that knows every part; each command is a module of its own.

A command imports what is heavy inside itself, so that `unmask lsp` answers without torch.
"""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from unmask_lsp.cli.doctor import doctor
from unmask_lsp.cli.fill import fill
from unmask_lsp.cli.lsp import lsp
from unmask_lsp.cli.models import models
from unmask_lsp.cli.pull import pull
from unmask_lsp.cli.serve import serve
from unmask_lsp.cli.stats import stats
from unmask_lsp.cli.train import app as train
from unmask_model.protocol.errors import UnmaskError

app = typer.Typer(
    name="unmask",
    help="Fill the hole at your cursor with a local diffusion model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables give flags a type, as if they took a value
)
app.command()(lsp)
app.command()(fill)
app.command()(doctor)
app.command()(models)
app.command()(pull)
app.command()(serve)
app.command()(stats)
app.add_typer(train)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("unmask"))
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command line: exit 0, 1 if it failed, 2 if its arguments are wrong."""
    _find_home()
    try:
        app()
    except UnmaskError as error:
        typer.echo(f"unmask: {error}", err=True)
        sys.exit(1)


def _find_home() -> None:
    """Do as login does for a user who has no home: libraries that look for it raise otherwise.

    What cannot be written there is told, and which variable names another folder.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.sep
