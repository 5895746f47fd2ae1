"""`unmask models --open`: diffusion models a user may bring as a folder, and what fits here."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.table import Table

BITS = {"float32": (32, 32), "bfloat16": (16, 16), "int8": (8, 16), "int4": (4.5, 16)}
"""Number formats a model can be run in: bits of a weight with its scales, and of other numbers."""


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
    fits: str | None
    """Number format in which it would be opened now; None: the free memory is too small."""


def open_rows() -> Iterator[OpenRow]:
    """Look at the memory of this machine, and at nothing else."""
    from unmask_model.transformer.fit import FEWER_BITS, free_memory
    from unmask_model.transformer.precision import Precision, best_device
    from unmask_model.weights.open_models import OPEN_MODELS

    device = best_device()
    tried, free = [Precision.of(each, device).name for each in FEWER_BITS], free_memory(device)
    for model in OPEN_MODELS:
        sizes = {kind: model.gigabytes(*bits) for kind, bits in BITS.items()}
        fitting = (kind for kind in tried if free is None or sizes[kind] * 1e9 <= free)
        yield OpenRow(
            name=model.name,
            publisher=model.publisher,
            licence=model.licence,
            family=model.family,
            gigabytes={kind: round(size, 1) for kind, size in sizes.items()},
            fits=next(fitting, None),
        )


def open_table(rows: list[OpenRow]) -> Table:
    """Lay the rows out for a person."""
    sizes = [f"{kind}, GB" for kind in BITS]
    table = Table("name", "publisher", "licence", "family", *sizes, "fits now", box=None)
    for row in rows:
        needed = [f"{row.gigabytes[kind]:.1f}" for kind in BITS]
        in_ = f"in {row.fits}" if row.fits else "no"
        table.add_row(row.name, row.publisher, row.licence, row.family, *needed, in_)
    table.caption = "Name the folder they are in: `unmask serve --model FOLDER`."
    return table
