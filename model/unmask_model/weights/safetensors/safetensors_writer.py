"""Writes a safetensors file in bf16, tensor by tensor, so that memory holds one tensor at a time.

The `safetensors` package wants the whole model in memory and, without torch, knows no bf16. The
container itself is small: the length of a JSON header, the header, the bytes
(https://huggingface.co/docs/safetensors).
"""

import json
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from unmask_model.weights.sources.progress import Progress, silent

Read = Callable[[str], npt.NDArray[np.float32]]

BF16_BYTES = 2
ALIGNMENT = 8


def write_bf16(
    path: Path, shapes: Mapping[str, tuple[int, ...]], read: Read, progress: Progress = silent
) -> None:
    """Write every tensor named in `shapes`, asking `read` for its values when its turn comes."""
    total = sum(map(prod, shapes.values())) * BF16_BYTES
    done = 0
    with path.open("wb") as file:
        file.write(_header(shapes))
        for name in shapes:
            done += file.write(to_bf16(read(name)).tobytes())
            progress("converting", done, total)


def to_bf16(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """The bits of finite fp32 values as bf16, rounded to nearest even."""
    bits = np.ascontiguousarray(values).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def _header(shapes: Mapping[str, tuple[int, ...]]) -> bytes:
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    start = 0
    for name, shape in shapes.items():
        end = start + prod(shape) * BF16_BYTES
        entries[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
        start = end
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text
