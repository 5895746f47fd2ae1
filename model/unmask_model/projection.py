"""Linear maps as the decoder wants them: plain ones, and ones that an adapter has changed."""

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import linear


@dataclass(frozen=True, slots=True)
class Dense:
    """`rows @ weight.T + bias`."""

    weight: Tensor
    """(out, in)."""
    bias: Tensor | None = None
    """(out,) or nothing."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out)."""
        return linear(rows, self.weight, self.bias)


def merge(weight: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """Return `weight + up @ down` in the weight's own dtype (LoRA, arXiv 2106.09685, scale 1).

    weight (out, in), down (rank, in), up (out, rank). The sum is rounded once, from float32.
    """
    return weight.float().addmm_(up.float(), down.float()).to(weight.dtype)
