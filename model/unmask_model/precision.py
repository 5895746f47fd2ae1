"""Where a model is computed, and in which number format, if nobody says otherwise."""

from dataclasses import dataclass

import torch

from unmask_model.eight_bit import EightBit
from unmask_model.projection import Dense, Form, Projection, quickest


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How a model is computed."""

    floats: torch.dtype
    """Format of everything that is not multiplied as integers."""
    form: Form
    """Lays out the linear maps."""

    @classmethod
    def of(cls, dtype: torch.dtype | None, device: torch.device | None = None) -> "Precision":
        """`dtype` is what weights are multiplied in; None is what the device does best."""
        if dtype is torch.int8:
            return cls(floats=best_dtype(), form=_eight_bit)
        return cls(floats=dtype or best_dtype(device), form=quickest)


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


def _eight_bit(dense: Dense) -> Projection:
    return EightBit(dense) if EightBit.fits(dense) else quickest(dense)
