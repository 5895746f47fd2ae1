"""How fast this machine is at what passes are made of: reading weights, and multiplying rows.

Measured in a moment and without a model. What a pass of any model takes at least follows from it
(docs/roofline.md); what it takes more is not known before the model runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import torch

from unmask_model.transformer.linear import Linear, quickest
from unmask_model.transformer.precision import best_dtype

ROUNDS = 5
"""Times each is measured; the first is left out."""
READ_BYTES = 1 << 28
"""More than caches hold."""
PRODUCT = (256, 2048, 2048)
"""Rows, inputs and outputs of the product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a device reaches."""

    device: str
    bytes_s: float
    """Bytes that are read from memory a second."""
    operations_s: float
    """Operations a second, a multiplication and an addition counted as two."""

    def pass_ms(self, numbers: float, bits: float, rows: int) -> float:
        """Return the least milliseconds of a pass of `rows` through so many weights."""
        reading, multiplying = numbers * bits / 8 / self.bytes_s, 2 * numbers * rows
        return 1000 * max(reading, multiplying / self.operations_s)


@torch.inference_mode()
def calibrate(device: torch.device) -> Calibration:
    """Measure a device; takes about half a second of a processor, less of a GPU."""
    held = torch.ones(READ_BYTES // 8, dtype=torch.int64, device=device)
    rows, inputs, outputs = PRODUCT
    dtype = best_dtype(device)
    dense = quickest(Linear(torch.ones(outputs, inputs, dtype=dtype, device=device)))
    given = torch.ones(rows, inputs, dtype=dtype, device=device)
    return Calibration(
        device=str(device),
        bytes_s=READ_BYTES / _seconds(lambda: float(held.sum())),
        operations_s=2 * rows * inputs * outputs / _seconds(lambda: float(dense(given)[0, 0])),
    )


def _seconds(work: Callable[[], float]) -> float:
    """Return the median time of work that ends when a number of it is here."""
    taken = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken[1:])
