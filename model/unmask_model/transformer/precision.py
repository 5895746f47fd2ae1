"""Number formats of a model, and the device and format that are best by default."""

from dataclasses import dataclass

import torch

from unmask_model.transformer.int8_dynamic import Int8DynamicLinear
from unmask_model.transformer.int8_weight_only import Int4WeightOnlyLinear, Int8WeightOnlyLinear
from unmask_model.transformer.linear import Form, Linear, Projection, quickest

INT4: torch.dtype = torch.int4  # type: ignore[attr-defined]  # torch has it, its stubs not yet
FEW_BITS = {torch.int8: 8.0, INT4: 4.5}
"""Formats that linear maps alone can have, and the bits a weight takes, scales counted in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How a model is computed."""

    name: str
    """As people call it."""
    floats: torch.dtype
    """Format of everything that is not multiplied as integers."""
    bits: float
    """Bits that a weight of a linear map takes."""
    form: Form
    """Lays out the linear maps."""

    @classmethod
    def of(cls, dtype: torch.dtype | None, device: torch.device | None = None) -> "Precision":
        """`dtype` is what weights are kept in; None is what the device does best."""
        few = FEW_BITS.get(dtype) if dtype is not None else None
        floats = best_dtype(device) if dtype is None or few else dtype
        form = {torch.int8: _eight_bit, INT4: _four_bit}.get(dtype or floats, quickest)
        name = str(dtype or floats).removeprefix("torch.")
        return cls(name=name, floats=floats, bits=few or 8 * floats.itemsize, form=form)


def best_device() -> torch.device:
    """Return the GPU where there is one that torch can use, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_dtype(device: torch.device | None = None) -> torch.dtype:
    """Return bfloat16 where it is multiplied natively, else float32; on a GPU always bfloat16.

    Emulated bfloat16 (AVX2 and older, AVX-512 without its BF16 part) is slower than float32.
    """
    if device is not None and device.type == "cuda":
        return torch.bfloat16
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def _eight_bit(linear: Linear) -> Projection:
    """Integers times integers where that is fast; else the weights alone, to save memory."""
    return (
        Int8DynamicLinear(linear)
        if Int8DynamicLinear.fits(linear)
        else Int8WeightOnlyLinear(linear)
    )


def _four_bit(linear: Linear) -> Projection:
    return Int4WeightOnlyLinear(linear) if Int4WeightOnlyLinear.fits(linear) else _eight_bit(linear)
