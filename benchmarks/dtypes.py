"""What the weights of a model are multiplied in."""

from enum import StrEnum

import torch


class Dtype(StrEnum):
    """Number formats to choose from."""

    BEST = "best"
    """What the processor does best."""
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"
    INT4 = "int4"

    @property
    def torch(self) -> torch.dtype | None:
        """As models are opened with it."""
        return None if self is Dtype.BEST else getattr(torch, self.value)
