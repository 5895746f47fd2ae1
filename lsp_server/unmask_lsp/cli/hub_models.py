"""`unmask models --open`: open diffusion models of the hub, and what each number format needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from unmask_model.weights.hub_models import HubModel

BITS = {"float32": (32, 32), "bfloat16": (16, 16), "int8": (8, 16), "int4": (4.5, 16)}
"""Number formats a model can be run in: bits of a weight with its scales, and of other numbers."""
LEAST = "int4"
"""The format that needs least memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRow:
    """One model, as it is listed."""

    name: str
    """What it is fetched and opened as."""
    repo: str
    """Publisher and repository on the model hub."""
    revision: str
    """The commit it is fetched at; empty: the newest then."""
    licence: str
    """The publisher's licence; with "?" where it was not verified."""
    family: str
    """The family that opens it."""
    gigabytes: dict[str, float]
    """Memory it needs in each number format."""
    fits: str | None
    """Number format in which it would be opened now; None: the free memory is too small."""


def hub_rows() -> Iterator[HubRow]:
    """Look at the memory of this machine, and at nothing else."""
    from unmask_model.families.machine import Machine
    from unmask_model.weights.hub_models import HUB_MODELS

    machine = Machine.here()
    tried, free = [one.name for one in machine.formats], machine.free
    for model in HUB_MODELS.values():
        sizes = {kind: model.shape.gigabytes(*bits) for kind, bits in BITS.items()}
        fitting = (kind for kind in tried if sizes[kind] * 1e9 <= free)
        yield HubRow(
            name=model.name,
            repo=model.repo,
            revision=model.revision,
            licence=model.licence,
            family=model.family,
            gigabytes={kind: round(size, 1) for kind, size in sizes.items()},
            fits=next(fitting, None),
        )


def least_memory(model: "HubModel") -> tuple[float, bool]:
    """Return the fewest gigabytes it runs in, and whether as many are free; loads no torch."""
    from unmask_model.weights.free_memory import of_gpu, of_processor

    needed = model.shape.gigabytes(*BITS[LEAST])
    free = of_gpu()
    return needed, needed * 1e9 <= (of_processor() if free is None else free)


def hub_table(rows: list[HubRow]) -> Table:
    """Lay the rows out for a person."""
    table = Table("name", "commit", *BITS, "fits now in", box=None)
    for row in rows:
        needed = [f"{row.gigabytes[kind]:.1f}" for kind in BITS]
        table.add_row(row.name, row.revision[:12] or "newest", *needed, row.fits or "none")
    table.caption = (
        "Memory in GB. Never run here on their real weights. `unmask pull NAME` fetches one, and"
        " `unmask serve --model NAME` runs it; a folder that you have is named in place of a name."
    )
    return table
