"""`unmask stats`: what was suggested, accepted and kept on this machine; it never leaves it."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from unmask_lsp.stats.stats_file import StatsFile
from unmask_lsp.stats.stats_table import numbers, report


def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    erase: Annotated[bool, typer.Option("--erase", help="Forget what was counted.")] = False,
) -> None:
    """Show what was counted on this machine, or forget it."""
    file = StatsFile.of_user()
    if erase:
        file.erase()
    counts = file.read()
    if as_json:
        typer.echo(json.dumps(numbers(counts), indent=1))
        return
    table = Table.grid("", "", padding=(0, 2))
    for row in report(counts):
        table.add_row(*row)
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print(f"kept in {file.path}; `unmask stats --erase` removes it")
