"""How a model is computed: number format, device, what is kept, and whether it is compiled.

The one place of these choices; what they come to is decided where the model is opened. Imports no
torch, so that a command can make them before anything heavy is loaded.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


class Weights(StrEnum):
    """Number formats that weights can be kept in."""

    BEST = "best"
    """What the device does best, or fewer bits where only those fit."""
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"
    INT4 = "int4"


class Keep(StrEnum):
    """Which keys and values outlive a pass of a full-attention model."""

    NONE = "none"
    """None: an answer is what the publisher's code would say."""
    LEFT = "left"
    """Those of the text before the block (prefix cache)."""
    BOTH = "both"
    """Those on both sides of it (dual cache)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """What is kept, and for how long."""

    kept: Keep = Keep.NONE
    """Which keys and values."""
    refresh: int = 8
    """Passes after which all is read anew; a canvas that changed its length is always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The choices; the defaults are what the publisher's code would say, as fast as may be."""

    weights: Weights = Weights.BEST
    """What weights are kept in."""
    device: "torch.device | None" = None
    """None: a GPU where there is one."""
    caching: Caching = Caching()
    """Approximate caches, for models in which every place sees every other."""
    compiled: bool | None = None
    """Whether passes are compiled, in fixed shapes, when the model is opened; None: on a GPU."""

    @property
    def dtype(self) -> "torch.dtype | None":
        """The format as torch knows it, None for the best one."""
        if self.weights == Weights.BEST:
            return None
        import torch

        found: torch.dtype = getattr(torch, self.weights.value)
        return found


DEFAULT = Execution()
