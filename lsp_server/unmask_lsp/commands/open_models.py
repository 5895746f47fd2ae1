"""`unmask models --open`: diffusion models a user may bring as a folder, and what fits here."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.table import Table

BITS = {"float32": 32, "bfloat16": 16, "int8": 8}
"""Number formats a model can be run in, by bits a weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """One model, as it is listed."""

    name: str
    """Its name, and those of its siblings."""
    publisher: str
    """Under which name it is on the model hub."""
    licence: str
    """The publisher's licence; with "?" where it was not verified."""
    family: str
    """The family that opens it."""
    gigabytes: dict[str, float]
    """Memory it needs in each number format."""
    fits: bool
    """Whether it would fit the free memory now, in the format that is chosen here."""


def open_rows() -> Iterator[OpenRow]:
    """Look at the memory of this machine, and at nothing else."""
    from unmask_model.fit import free_memory
    from unmask_model.precision import best_device, best_dtype
    from unmask_model.weights.open_models import OPEN_MODELS

    device = best_device()
    bits, free = 8 * best_dtype(device).itemsize, free_memory(device)
    for model in OPEN_MODELS:
        yield OpenRow(
            name=model.name,
            publisher=model.publisher,
            licence=model.licence,
            family=model.family,
            gigabytes={kind: round(model.gigabytes(each), 1) for kind, each in BITS.items()},
            fits=free is None or model.gigabytes(bits) * 1e9 <= free,
        )


def open_table(rows: list[OpenRow]) -> Table:
    """Lay the rows out for a person."""
    sizes = [f"{kind}, GB" for kind in BITS]
    table = Table("name", "publisher", "licence", "family", *sizes, "fits now", box=None)
    for row in rows:
        needed = [f"{row.gigabytes[kind]:.1f}" for kind in BITS]
        fits = "yes" if row.fits else "no"
        table.add_row(row.name, row.publisher, row.licence, row.family, *needed, fits)
    table.caption = "Name the folder they are in: `unmask serve --model FOLDER`."
    return table
