"""Matrices in blocks of 32 codes with one scale, as GGUF stores and ONNX Runtime multiplies them.

A block is BLOCK inputs of one output: value = (code - zero) * scale. Without zeros of their own
all blocks have the middle of the range, 128 or 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

BLOCK = 32
"""Inputs that share a scale."""

SPANS = (1.0, 0.925, 0.85, 0.775, 0.7)
"""Parts of a block's span that the 16 codes are tried on."""
SMALLEST = np.float32(1e-12)
"""Of scales and squares, so that a block of zeros is divided by something."""

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """The matrix of a linear map, (out, in)."""

    codes: Codes
    """One a byte, (out, blocks, BLOCK); what lies beyond the inputs stands for 0."""
    scales: Floats
    """(out, blocks)."""
    bits: int
    """Bits of a code, 8 or 4."""
    inputs: int
    """Columns of the matrix."""
    zeros: Codes | None = None
    """Codes that stand for 0, (out, blocks); None: the middle of the range."""

    @property
    def outputs(self) -> int:
        """Rows of the matrix."""
        return len(self.codes)

    def rows(self, order: Indices) -> "Blocks":
        """Return the matrix with its rows in another order, or some of them."""
        zeros = None if self.zeros is None else self.zeros[order]
        return replace(self, codes=self.codes[order], scales=self.scales[order], zeros=zeros)

    def columns(self, order: Indices) -> "Blocks":
        """Return the matrix with its columns in another order.

        Blocks move as a whole where the order lets them; else the values are rounded anew.
        """
        blocks = order.reshape(-1, BLOCK) if self.inputs % BLOCK == 0 else None
        if blocks is None or (np.diff(blocks) != 1).any() or (blocks[:, 0] % BLOCK).any():
            return rounded(self.values()[:, order], self.bits)
        moved = blocks[:, 0] // BLOCK
        zeros = None if self.zeros is None else self.zeros[:, moved]
        return replace(self, codes=self.codes[:, moved], scales=self.scales[:, moved], zeros=zeros)

    def values(self) -> Floats:
        """Return what the codes stand for, (out, in)."""
        zeros = np.float32(middle(self.bits)) if self.zeros is None else self.zeros[..., None]
        values = (self.codes.astype(np.float32) - zeros) * self.scales[..., None]
        return values.reshape(self.outputs, -1)[:, : self.inputs]

    def packed(self) -> Codes:
        """Return the codes as the operator wants them: two in a byte if they have 4 bits."""
        return self.codes if self.bits == 8 else _pairs(self.codes)

    def packed_zeros(self) -> Codes | None:
        """Return the zeros in the same way; an odd last one has a byte for itself."""
        if self.zeros is None or self.bits == 8:
            return self.zeros
        return _pairs(np.pad(self.zeros, ((0, 0), (0, self.zeros.shape[1] % 2))))


def middle(bits: int) -> int:
    """Return the code that stands for 0 where a matrix has no zeros of its own."""
    return 1 << (bits - 1)


def rounded(values: Floats, bits: int) -> Blocks:
    """Round (out, in) to codes: 8 bits around the middle, 4 with zeros of their own."""
    blocks = _in_blocks(values)
    if bits == 8:
        scales = np.maximum(np.abs(blocks).max(-1) / 127, SMALLEST)
        codes = np.clip(np.round(blocks / scales[..., None]) + 128, 0, 255)
        return Blocks(codes.astype(np.uint8), scales.astype(np.float32), bits, values.shape[1])
    codes, scales, zeros = _closest(blocks)
    return Blocks(codes, scales, bits, values.shape[1], zeros)


def _closest(blocks: Floats) -> tuple[Codes, Floats, Codes]:
    """Codes of 4 bits, scales and zeros of (out, blocks, BLOCK), least squares over SPANS.

    A span that leaves out the outermost values is coarser for those and finer for all others.
    """
    low, high = np.minimum(blocks.min(-1), 0), np.maximum(blocks.max(-1), 0)
    errors = np.full(low.shape, np.inf, np.float32)
    codes, scales = np.zeros(blocks.shape, np.uint8), np.ones(low.shape, np.float32)
    zeros = np.zeros(low.shape, np.uint8)
    for span in SPANS:
        step = np.maximum((high - low) * np.float32(span / 15), SMALLEST)
        zero = np.clip(np.round(-low * np.float32(span) / step), 0, 15)
        code = np.clip(np.round(blocks / step[..., None]) + zero[..., None], 0, 15)
        around = code - zero[..., None]
        square = np.maximum((around * around).sum(-1), SMALLEST)
        scale = (around * blocks).sum(-1) / square
        error = ((around * scale[..., None] - blocks) ** 2).sum(-1)
        closer = error < errors
        errors[closer], scales[closer] = error[closer], scale[closer]
        codes[closer], zeros[closer] = code[closer], zero[closer]
    return codes, scales, zeros


def stacked(parts: Sequence[Blocks]) -> Blocks:
    """Return one matrix of several that read the same row; of different bits, in 8."""
    bits = max(part.bits for part in parts)
    parts = [part if part.bits == bits else _widened(part) for part in parts]
    zeros = [part.zeros for part in parts if part.zeros is not None]
    if zeros and len(zeros) < len(parts):
        zeros = [_zeros(part) for part in parts]
    return Blocks(
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.scales for part in parts]),
        bits,
        parts[0].inputs,
        np.concatenate(zeros) if zeros else None,
    )


def _widened(part: Blocks) -> Blocks:
    """The same values with codes of 8 bits."""
    codes = part.codes.astype(np.int16) - _zeros(part)[..., None] + 128
    return Blocks(codes.astype(np.uint8), part.scales, 8, part.inputs)


def _zeros(part: Blocks) -> Codes:
    if part.zeros is not None:
        return part.zeros
    return np.full(part.scales.shape, middle(part.bits), np.uint8)


def _pairs(codes: Codes) -> Codes:
    paired: Codes = codes[..., 0::2] + codes[..., 1::2] * np.uint8(16)
    return paired


def _in_blocks(values: Floats) -> Floats:
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % BLOCK)))
    return padded.reshape(len(values), -1, BLOCK)
