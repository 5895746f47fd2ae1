"""How an open model is computed: number format, device, what is kept, and whether it is compiled.

The one place of these choices; what they come to is decided where the model is opened.
"""

from dataclasses import dataclass
from typing import Literal

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """Which keys and values outlive a pass of a full-attention model, and for how long."""

    kept: Literal["none", "left", "both"] = "none"
    """None; those of the text before the block (prefix cache); those on both sides (dual cache)."""
    refresh: int = 8
    """Passes after which all is read anew; a canvas that changed its length is always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The choices; the defaults are what the publisher's code would say, as fast as may be."""

    dtype: torch.dtype | None = None
    """What weights are multiplied in; None: what the device does best, in fewer bits if need be."""
    device: torch.device | None = None
    """None: a GPU where there is one."""
    caching: Caching = Caching()
    """Approximate caches, for models in which every place sees every other."""
    compiled: bool | None = None
    """Whether passes are compiled, in fixed shapes, when the model is opened; None: on a GPU."""
