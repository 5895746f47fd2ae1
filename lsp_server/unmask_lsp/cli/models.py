"""`unmask models`: which models there are, and which of them could run here at once."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from unmask_lsp.cli.hub_models import LEAST, hub_rows, hub_table, least_memory

HERE, ABSENT = "on this machine", "to be downloaded"
TITLES = {
    "ours": "`unmask pull NAME` fetches a model",
    "hub": "Open models of others, for PyTorch; none was ever run here on its real weights",
    "remote": "Models on other servers",
}
"""Kinds of models, and what is said above them."""
UNVERIFIED = "?: not verified; `unmask pull NAME` says what its publisher states, and asks first."
OPEN_HINT = "`unmask models --open`: repositories, commits, and the memory of every number format."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model, as it is listed."""

    name: str
    """What users call it."""
    kind: str
    """`ours`, `hub` (an open diffusion model of somebody else) or `remote`."""
    base: str | None
    """The base or the repository it stands on, if any."""
    size: int
    """Bytes to download, about."""
    licence: str | None
    """Licence of the weights."""
    present: bool
    """Can it run without a download?"""
    state: str
    """Where it is, in words."""
    memory_gb: float | None = None
    """Least memory an open diffusion model needs; None: not stated."""
    fits: bool | None = None
    """Whether that much is free now; None: not known."""
    note: str
    """One line that helps to choose."""


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    is_open: Annotated[
        bool,
        typer.Option("--open", help="List open diffusion models with the memory of each format."),
    ] = False,
) -> None:
    """List the models: what each takes, its licence, and whether it is here and would fit."""
    rows: list[Row] = [] if is_open else [*_own_rows(), *_hub_rows(), *_remote_rows()]
    open_rows = list(hub_rows()) if is_open else []
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows or open_rows], indent=2))
    elif is_open:
        Console().print(hub_table(open_rows))
    else:
        _print(rows)


def _own_rows() -> Iterator[Row]:
    from unmask_model.weights.catalogue import MODELS
    from unmask_model.weights.sources.cache import Cache

    cache = Cache.of_user()
    for model in MODELS.values():
        is_here = model.base is None or model.base.is_here(cache)
        yield Row(
            name=model.name,
            kind="ours",
            base=model.base.name if model.base else None,
            size=model.base.size if model.base else 0,
            licence=model.base.licence if model.base else None,
            present=is_here,
            state=HERE if is_here else ABSENT,
            note=model.note,
        )


def _hub_rows() -> Iterator[Row]:
    """Open diffusion models of others."""
    from unmask_model.weights.hub_models import HUB_MODELS
    from unmask_model.weights.sources.cache import Cache

    cache = Cache.of_user()
    for model in HUB_MODELS.values():
        is_here = model.is_here(cache)
        needed, fits = least_memory(model)
        yield Row(
            name=model.name,
            kind="hub",
            base=model.repo,
            size=model.size,
            licence=model.licence,
            present=is_here,
            state=HERE if is_here else ABSENT,
            memory_gb=round(needed, 1),
            fits=fits,
            note=model.note,
        )


def _remote_rows() -> Iterator[Row]:
    """Models of other servers: they need no download, but some a key."""
    from unmask_model.client.remote.remote_models import REMOTE_MODELS, key_of

    for model in REMOTE_MODELS.values():
        usable = not model.needs_key or bool(key_of(model, model.url))
        where = "elsewhere" if usable else "elsewhere, needs a key"
        yield Row(
            name=model.name,
            kind="remote",
            base=None,
            size=0,
            licence=None,
            present=usable,
            state=where,
            note=model.note,
        )


def _print(rows: list[Row]) -> None:
    console = Console()
    for kind, title in TITLES.items():
        of_kind = [row for row in rows if row.kind == kind]
        table = _hub_table(of_kind) if kind == "hub" else _noted_table(of_kind)
        console.print(f"\n{title}", markup=False, highlight=False)
        console.print(table)
    console.print(f"\n{OPEN_HINT}", markup=False, highlight=False)


def _noted_table(rows: list[Row]) -> Table:
    table = Table("name", "size", "where", "note", box=None)
    for row in rows:
        table.add_row(row.name, _bytes(row.size) if row.size else "-", row.state, row.note)
    return table


def _hub_table(rows: list[Row]) -> Table:
    table = Table("name", "size", f"memory, {LEAST}", "fits", "here", "licence", box=None)
    for row in rows:
        fits, here = ("yes" if each else "no" for each in (row.fits, row.present))
        memory = f"{row.memory_gb:.1f} GB"
        table.add_row(row.name, _bytes(row.size), memory, fits, here, row.licence)
    table.caption, table.caption_justify = UNVERIFIED, "left"
    return table


def _bytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
