"""The angles by which heads are turned: RoPE (arXiv 2104.09864) and two ways to stretch it.

Linear stretching is that of arXiv 2306.15595, Llama 3.1's that of transformers
(modeling_rope_utils.py).
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from unmask_model.protocol.errors import DecoderUnknown
from unmask_model.weights.blocks import Floats

BASE = 10_000.0


def frequencies(config: dict[str, Any], head_dim: int) -> list[float]:
    """Return by what a position is multiplied for each pair of a head, head_dim / 2 numbers.

    Raises DecoderUnknown where a config.json asks for what is not known here.
    """
    scaling = config.get("rope_parameters") or config.get("rope_scaling") or {}
    kind = scaling.get("rope_type") or scaling.get("type") or "default"
    part = scaling.get("partial_rotary_factor") or config.get("partial_rotary_factor") or 1.0
    if kind not in ("default", "linear", "llama3") or part != 1.0:
        raise DecoderUnknown(f"rotary embedding {kind!r} of a part {part} of a head is not known")
    base = scaling.get("rope_theta") or config.get("rope_theta") or BASE
    plain = base ** -(np.arange(0, head_dim, 2) / head_dim)
    if kind == "linear":
        plain = plain / scaling["factor"]
    return list((_llama3(plain, scaling) if kind == "llama3" else plain).tolist())


def angles(
    inverse: npt.NDArray[np.float64], positions: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return cosines and sines for positions (N,), (N, head_dim / 2) both."""
    turned = positions[:, None] * inverse
    return np.cos(turned).astype(np.float32), np.sin(turned).astype(np.float32)


def _llama3(plain: npt.NDArray[np.float64], scaling: dict[str, Any]) -> npt.NDArray[np.float64]:
    """Long waves are stretched, short ones stay, those between are mixed."""
    trained = scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = trained * plain / (2 * math.pi)
    mixed = np.clip((turns - low) / (high - low), 0, 1)
    stretched: npt.NDArray[np.float64] = plain * (mixed + (1 - mixed) / scaling["factor"])
    return stretched
