"""Linear maps whose weights are kept as integers of 8 or 4 bits, and whose rows stay floats.

Memory and what a pass reads shrink to a half or a quarter of bfloat16; products are still those of
floats. torch's own kernels, for a CPU and for CUDA: those that torchao packs weights for too, which
has none for 4 bits on a CPU and keeps what does not divide evenly as it was (docs/log.md).
"""

import torch
from torch import Tensor

from unmask_model.transformer.linear import Linear

GROUPS = (64, 32)
"""Weights in a row that share a scale and a zero in 4 bits; the first that divides the row."""
LEVELS = 15
"""Steps between the least and the greatest of a group."""
MIDDLE = 8
"""The integer that stands for a group's zero."""
INNER_TILES = 8
"""How CUDA's kernel wants 4-bit weights laid out: so many tiles of 16 side by side."""


class Int8WeightOnlyLinear:
    """`rows @ weight.T + bias`, the weight in 8 bits with a scale for each output."""

    def __init__(self, linear: Linear) -> None:
        weight = linear.weight.float()
        scales = weight.abs().amax(1).clamp(min=torch.finfo(torch.float32).tiny * 127) / 127
        self._weight = (weight / scales[:, None]).round().to(torch.int8)
        self._scales = scales.to(linear.weight.dtype)
        self._bias = linear.bias

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out)."""
        return _plus(torch._weight_int8pack_mm(rows, self._weight, self._scales), self._bias)


class Int4WeightOnlyLinear:
    """`rows @ weight.T + bias`, the weight in 4 bits with a scale and a zero for each group."""

    def __init__(self, linear: Linear) -> None:
        self._group = _group(linear.weight)
        assert self._group is not None
        whole, scales, zeros = _grouped(linear.weight.float(), self._group)
        self._scales_zeros = _for_kernel(scales, zeros).to(linear.weight.dtype)
        self._on_cpu = linear.weight.device.type == "cpu"
        if self._on_cpu:
            self._weight = torch.ops.aten._convert_weight_to_int4pack_for_cpu(whole, 1)
        else:
            pairs = (whole[:, ::2] << 4 | whole[:, 1::2]).to(torch.uint8)
            self._weight = torch.ops.aten._convert_weight_to_int4pack(pairs, INNER_TILES)
        self._bias = linear.bias

    @staticmethod
    def fits(linear: Linear) -> bool:
        """Whether a kernel of this build of torch takes the weight's shape and format."""
        outputs, inputs = linear.weight.shape
        if _group(linear.weight) is None:
            return False
        if linear.weight.device.type == "cpu":
            return outputs % 16 == 0 and hasattr(torch.ops.aten, "_weight_int4pack_mm_for_cpu")
        tiled = outputs % 8 == 0 and inputs % (16 * INNER_TILES) == 0
        return tiled and linear.weight.dtype == torch.bfloat16

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out)."""
        kernels = torch.ops.aten
        multiply = (
            kernels._weight_int4pack_mm_for_cpu if self._on_cpu else kernels._weight_int4pack_mm
        )
        out = multiply(rows.contiguous(), self._weight, self._group, self._scales_zeros)
        return _plus(out, self._bias)


def _plus(out: Tensor, bias: Tensor | None) -> Tensor:
    return out if bias is None else out.add_(bias)


def _group(weight: Tensor) -> int | None:
    return next((size for size in GROUPS if weight.shape[1] % size == 0), None)


def _grouped(weight: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Integers (out, in) int32, scales and zeros (out, in / size): (integer - 8) * scale + zero."""
    groups = weight.unflatten(1, (-1, size))
    least, greatest = groups.amin(-1), groups.amax(-1)
    scales = ((greatest - least) / LEVELS).clamp(min=torch.finfo(torch.float32).tiny * LEVELS)
    whole = ((groups - least[..., None]) / scales[..., None]).round().clamp(0, LEVELS)
    return whole.flatten(1).to(torch.int32), scales, least + MIDDLE * scales


def _for_kernel(scales: Tensor, zeros: Tensor) -> Tensor:
    """Both as the kernels read them, (in / size, out, 2)."""
    return torch.stack([scales, zeros], dim=-1).transpose(0, 1).contiguous()
