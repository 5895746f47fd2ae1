"""A linear map whose weights and rows are multiplied as 8-bit integers, on a CPU.

A pass over the few rows of a block is bound by reading weights: half of the bytes, most of a pass's
time (docs/log.md). Each output's weights and each row have a scale of their own, so that a row's
result is the same whatever rows it is computed with (as LLM.int8's vector-wise products, arXiv
2208.07339, without its outliers).
"""

import torch
from torch import Tensor

from unmask_model.transformer.linear import Linear

LARGEST = 127
"""Of the integers that are used, on both sides of 0."""
ZERO = 128
"""What stands for 0 in a row: the kernel is fast for unsigned rows only."""


class Int8DynamicLinear:
    """`rows @ weight.T + bias`, rounded."""

    def __init__(self, linear: Linear) -> None:
        weight = linear.weight.float()
        self._scales = _scales(weight)
        whole = (weight / self._scales[:, None]).round().to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(whole, None)
        self._zeros = torch.zeros(len(weight), dtype=torch.int32)
        self._bias = None if linear.bias is None else linear.bias.float()

    @staticmethod
    def fits(linear: Linear) -> bool:
        """Whether this processor and this build of torch multiply such integers fast."""
        return (
            linear.weight.device.type == "cpu"
            and torch.cpu._is_vnni_supported()
            and torch.backends.mkldnn.is_available()
            and hasattr(torch.ops.onednn, "qlinear_prepack")
        )

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out), in the rows' own dtype."""
        scales = _scales(rows)[:, None]
        whole = (rows / scales).round_().add_(ZERO).to(torch.uint8)
        out: Tensor = torch.ops.onednn.qlinear_pointwise(
            whole, 1.0, ZERO, self._weight, self._scales, self._zeros,
            None, 1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        out *= scales
        return (out if self._bias is None else out.add_(self._bias)).to(rows.dtype)


def _scales(rows: Tensor) -> Tensor:
    """Return what each row's integers are multiplied with, (N, in) -> (N,) float32."""
    return (
        rows.abs().amax(-1).float().clamp(min=torch.finfo(torch.float32).tiny * LARGEST) / LARGEST
    )
