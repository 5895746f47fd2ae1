"""Whether a model fits the memory there is, before any of it is read."""

import os

import torch

from unmask_model.decoder import Shape
from unmask_model.errors import DoesNotFit
from unmask_model.weights.tensor_files import TensorFiles

SPARE = 1.1
"""What runs beside the weights takes about a tenth of them."""


def needed(weights: int, shape: Shape, tokens: int, dtype: torch.dtype) -> int:
    """Return the bytes a model of so many weights takes, with keys and values of a context."""
    kept = 2 * shape.layers * shape.kv_heads * shape.head_dim * tokens
    return int((SPARE * weights + kept) * dtype.itemsize)


def require(
    tensors: TensorFiles, shape: Shape, tokens: int, dtype: torch.dtype, device: torch.device
) -> None:
    """Raise DoesNotFit where the memory of `device` is too small for a model."""
    wanted, free = needed(tensors.elements(), shape, tokens, dtype), free_memory(device)
    if free is not None and wanted > free:
        name = str(dtype).removeprefix("torch.")
        raise DoesNotFit(
            f"the model needs about {wanted / 1e9:.1f} GB in {name}, {free / 1e9:.1f} GB are free"
            f" on {device}; close what uses memory there, or choose a smaller model"
        )


def free_memory(device: torch.device) -> int | None:
    """Return the free bytes of a device, None where nobody says."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None
