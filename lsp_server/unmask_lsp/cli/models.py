"""`unmask models`: which models there are, and which of them could run here at once."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from unmask_lsp.cli.open_models import open_rows, open_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model, as it is listed."""

    name: str
    """What users call it."""
    base: str | None
    """Name of the base it stands on, if any."""
    size: int
    """Bytes to download."""
    licence: str | None
    """Licence of the base."""
    present: bool
    """Can it run without a download?"""
    note: str
    """One line that helps to choose."""


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    is_open: Annotated[
        bool, typer.Option("--open", help="List diffusion models that you may bring as a folder.")
    ] = False,
) -> None:
    """List the models with size, licence, and whether their weights are here."""
    rows, open_ones = ([], list(open_rows())) if is_open else (_rows(), [])
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows or open_ones], indent=2))
    else:
        Console().print(open_table(open_ones) if is_open else _table(rows))


def _rows() -> list[Row]:
    from unmask_model.weights.bases import is_present
    from unmask_model.weights.catalogue import MODELS
    from unmask_model.weights.sources.cache import Cache

    cache = Cache.of_user()
    local = [
        Row(
            name=model.name,
            base=model.base.name if model.base else None,
            size=model.base.size if model.base else 0,
            licence=model.base.licence if model.base else None,
            present=model.base is None or is_present(model.base, cache),
            note=model.note,
        )
        for model in MODELS.values()
    ]
    return [*local, *_remote_rows()]


def _remote_rows() -> Iterator[Row]:
    """Models of other servers: they need no download, but some a key."""
    from unmask_model.client.remote.remote_models import REMOTE_MODELS, key_of

    for model in REMOTE_MODELS.values():
        usable = not model.needs_key or bool(key_of(model, model.url))
        yield Row(name=model.name, base=None, size=0, licence=None, present=usable, note=model.note)


def _table(rows: list[Row]) -> Table:
    table = Table("name", "base", "size", "licence", "present", "note", box=None)
    for row in rows:
        size = f"{row.size / 1e6:.0f} MB" if row.size else "-"
        present = "yes" if row.present else "no"
        table.add_row(row.name, row.base or "-", size, row.licence or "-", present, row.note)
    return table
