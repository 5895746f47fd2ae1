"""Linear maps as the decoder wants them: plain ones, packed ones, and ones an adapter changed."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import linear

Projection = Callable[[Tensor], Tensor]
"""A map of rows, (N, in) -> (N, out)."""

PACKED_FOR = 32
"""Rows a packed weight is laid out for; other numbers of rows work, and nearly as fast."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`rows @ weight.T + bias`."""

    weight: Tensor
    """(out, in)."""
    bias: Tensor | None = None
    """(out,) or nothing."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out)."""
        return linear(rows, self.weight, self.bias)


class PackedLinear:
    """A linear map whose weight lies as the CPU's matrix kernel reads it.

    `torch.nn.functional.linear` lays a bfloat16 weight out anew in every call, which for the few
    rows of a block costs more than the product (docs/benchmarks.md). This is what
    torch.compile does for frozen weights, without the compiler.
    """

    def __init__(self, linear: Linear) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight, PACKED_FOR)
        self._bias = linear.bias

    @staticmethod
    def fits(linear: Linear) -> bool:
        """Whether this processor and this build of torch can pack the weight."""
        return (
            linear.weight.dtype == torch.bfloat16
            and linear.weight.device.type == "cpu"
            and torch.backends.mkldnn.is_available()
            and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
        )

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out)."""
        out: Tensor = torch.ops.mkldnn._linear_pointwise(
            rows, self._weight, self._bias, "none", [], ""
        )
        return out


Form = Callable[[Linear], Projection]
"""Brings a plain map into the form in which it is computed."""


def quickest(linear: Linear) -> Linear | PackedLinear:
    """Return the map in the form in which this machine computes it fastest."""
    return PackedLinear(linear) if PackedLinear.fits(linear) else linear


def merge(weight: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """Return `weight + up @ down` in the weight's own dtype (LoRA, arXiv 2106.09685, scale 1).

    weight (out, in), down (rank, in), up (out, rank). The sum is rounded once, from float32, where
    the weight is.
    """
    up, down = (factor.to(weight.device, torch.float32) for factor in (up, down))
    return weight.float().addmm_(up, down).to(weight.dtype)
