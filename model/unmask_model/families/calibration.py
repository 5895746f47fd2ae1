"""How fast this machine is at what passes are made of: reading weights, and multiplying rows.

Measured in a moment and without a model. What a pass of any model takes at least follows from it
(docs/roofline.md); what it takes more is not known before the model runs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    import torch

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

    @classmethod
    def of(cls, device: str, read: Callable[[], float], multiply: Callable[[], float]) -> Self:
        """Time both: reading READ_BYTES, and a product of the sizes PRODUCT."""
        return cls(
            device=device,
            bytes_s=READ_BYTES / _seconds(read),
            operations_s=2 * math.prod(PRODUCT) / _seconds(multiply),
        )

    def pass_ms(self, numbers: float, bits: float, rows: int) -> float:
        """Return the least milliseconds of a pass of `rows` through so many weights."""
        reading, multiplying = numbers * bits / 8 / self.bytes_s, 2 * numbers * rows
        return 1000 * max(reading, multiplying / self.operations_s)


def calibrate() -> Calibration:
    """Measure the processor as numpy uses it; takes about half a second."""
    held = np.ones(READ_BYTES // 8, np.int64)
    rows, inputs, outputs = PRODUCT
    given, weight = np.ones((rows, inputs), np.float32), np.ones((inputs, outputs), np.float32)
    return Calibration.of("cpu", lambda: float(held.sum()), lambda: float((given @ weight)[0, 0]))


def calibrate_torch(device: "torch.device") -> Calibration:
    """Measure a device as torch uses it; takes about half a second of a processor."""
    import torch

    from unmask_model.transformer.linear import Linear, quickest
    from unmask_model.transformer.precision import best_dtype

    with torch.inference_mode():
        held = torch.ones(READ_BYTES // 8, dtype=torch.int64, device=device)
        rows, inputs, outputs = PRODUCT
        dtype = best_dtype(device)
        linear = quickest(Linear(torch.ones(outputs, inputs, dtype=dtype, device=device)))
        given = torch.ones(rows, inputs, dtype=dtype, device=device)
        return Calibration.of(
            str(device), lambda: float(held.sum()), lambda: float(linear(given)[0, 0])
        )


def _seconds(work: Callable[[], float]) -> float:
    """Return the median time of work that ends when a number of it is here."""
    taken = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken[1:])
