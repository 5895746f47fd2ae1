"""On which device and in which number format a model fits into free memory, before it is read."""

import logging
from dataclasses import dataclass

import torch

from unmask_model.protocol.errors import DoesNotFit
from unmask_model.transformer.precision import INT4, Precision, best_device
from unmask_model.weights.decoder_shape import DecoderShape
from unmask_model.weights.free_memory import of_processor

SPARE = 1.1
"""What runs beside the weights takes about a tenth of them."""
FEWER_BITS = (None, torch.int8, INT4)
"""Formats that are tried in turn where nobody asks for one; None is what the device does best."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a model takes, counted in numbers."""

    maps: int
    """Numbers of its linear maps, a tied head among them."""
    embedding: int
    """Numbers of its embedding, which stays in floats."""
    shape: DecoderShape
    tokens: int
    """Tokens whose keys and values are kept."""

    def bytes(self, precision: Precision) -> int:
        """Return the memory it takes in a number format."""
        width, shape = precision.floats.itemsize, self.shape
        kept = 2 * shape.layers * shape.keys * self.tokens * width
        return int(SPARE * (self.maps * precision.bits / 8 + self.embedding * width) + kept)


def choose(demand: Demand, dtype: torch.dtype | None, device: torch.device) -> Precision:
    """Return the precision a model is opened in: `dtype`, or the best one that fits if None.

    Raises DoesNotFit where the memory of `device` is too small.
    """
    free = free_memory(device)
    wanted = [Precision.of(each, device) for each in (FEWER_BITS if dtype is None else (dtype,))]
    fitting = [each for each in wanted if demand.bytes(each) <= free]
    if not fitting:
        raise DoesNotFit(f"{_needs(demand, wanted[-1], free, device)}, or choose a smaller model")
    if fitting[0] is not wanted[0]:
        _log.warning("opened in %s: %s", fitting[0].name, _needs(demand, wanted[0], free, device))
    return fitting[0]


def roomy_device(numbers: int, dtype: torch.dtype | None) -> torch.device:
    """Return the GPU where there is one with room for so many numbers, else the processor.

    For models that a processor carries well: it is slower there, which is better than nothing.
    """
    best = best_device()
    needed, free = int(SPARE * numbers * Precision.of(dtype, best).bits / 8), free_memory(best)
    if best.type == "cpu" or needed <= free:
        return best
    _log.warning(
        "opened on the CPU: the model needs about %.1f GB, %.1f GB are free on %s",
        needed / 1e9,
        free / 1e9,
        best,
    )
    return torch.device("cpu")


def free_memory(device: torch.device) -> int:
    """Return the free bytes of a device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return of_processor()


def _needs(demand: Demand, precision: Precision, free: int, device: torch.device) -> str:
    wanted = demand.bytes(precision)
    return (
        f"the model needs about {wanted / 1e9:.1f} GB in {precision.name},"
        f" {free / 1e9:.1f} GB are free on {device}; close what uses memory there"
    )
