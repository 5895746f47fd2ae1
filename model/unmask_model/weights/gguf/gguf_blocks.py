"""GGUF's simple block formats as what they are: codes and one scale for 32 of them.

Nothing is rounded: a value is the same before and after
(https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h, block_q8_0 and its neighbours).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGMLQuantizationType

from unmask_model.weights.blocks import BLOCK, Blocks, Codes

SCALE_BYTES = 2
Raw = npt.NDArray[np.uint8]


def gguf_blocks(kind: GGMLQuantizationType, data: npt.NDArray[Any]) -> Blocks | None:
    """Return a matrix as it is stored, (out, bytes) -> (out, in); None for other formats."""
    if kind not in _CODES:
        return None
    bits, codes_of = _CODES[kind]
    width = {8: BLOCK, 5: 4 + BLOCK // 2, 4: BLOCK // 2}[bits] + SCALE_BYTES
    stored: Raw = data.view(np.uint8).reshape(len(data), -1, width)
    scales = stored[..., :SCALE_BYTES].copy().view(np.float16)[..., 0].astype(np.float32)
    codes = codes_of(stored[..., SCALE_BYTES:])
    return Blocks(codes, scales, 4 if bits == 4 else 8, codes.shape[1] * BLOCK)


def _q8_0(stored: Raw) -> Codes:
    """Signed bytes, now around 128."""
    return stored ^ np.uint8(128)


def _q5_0(stored: Raw) -> Codes:
    """Four bits of each code, the fifth ones before them; around 16, now around 128."""
    fifth = np.unpackbits(stored[..., :4], axis=-1, bitorder="little")
    return _halves(stored[..., 4:]) + (fifth << 4) + np.uint8(128 - 16)


def _halves(stored: Raw) -> Codes:
    """The first half of a block in the low bits, the second in the high ones."""
    return np.concatenate([stored & 15, stored >> 4], axis=-1)


_CODES: dict[GGMLQuantizationType, tuple[int, Callable[[Raw], Codes]]] = {
    GGMLQuantizationType.Q8_0: (8, _q8_0),
    GGMLQuantizationType.Q5_0: (5, _q5_0),
    GGMLQuantizationType.Q4_0: (4, _halves),
}
