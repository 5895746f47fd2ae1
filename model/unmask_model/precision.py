"""Which number formats this machine's processor multiplies best."""

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
    def of(cls, dtype: torch.dtype | None) -> "Precision":
        """`dtype` is what weights are multiplied in; None is what this processor does best."""
        if dtype is torch.int8:
            return cls(floats=best_dtype(), form=_eight_bit)
        return cls(floats=dtype or best_dtype(), form=quickest)


def best_dtype() -> torch.dtype:
    """Return bfloat16 where the processor multiplies it natively, else float32.

    Emulated bfloat16 (AVX2 and older, AVX-512 without its BF16 part) is slower than float32.
    """
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def _eight_bit(dense: Dense) -> Projection:
    return EightBit(dense) if EightBit.fits(dense) else quickest(dense)
