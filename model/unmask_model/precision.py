"""Which number format this machine's processor multiplies best."""

import torch


def best_dtype() -> torch.dtype:
    """Return bfloat16 where the processor multiplies it natively, else float32.

    Emulated bfloat16 (AVX2 and older, AVX-512 without its BF16 part) is slower than float32.
    """
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32
