"""The rows of tokens in a file: 8 bits a number, read where they are asked for."""

from pathlib import Path

import numpy as np

from unmask_model.weights.blocks import Blocks, Floats, Indices

CODES, SCALES = "embedding.npy", "embedding_scales.npy"


class Embedding:
    """Rows of ids, mapped into memory."""

    def __init__(self, folder: Path) -> None:
        self._codes = np.load(folder / CODES, mmap_mode="r")
        self._scales = np.load(folder / SCALES, mmap_mode="r")

    @staticmethod
    def write(folder: Path, rows: Blocks) -> None:
        """Write the rows of all ids."""
        np.save(folder / CODES, rows.codes.reshape(rows.outputs, -1)[:, : rows.inputs])
        np.save(folder / SCALES, rows.scales)

    def rows(self, ids: Indices) -> Floats:
        """Return the rows of ids, (N,) -> (N, hidden)."""
        codes, scales = self._codes[ids], self._scales[ids]
        width = codes.shape[1]
        spread = np.repeat(scales, -(-width // scales.shape[1]), axis=1)[:, :width]
        rows: Floats = (codes.astype(np.float32) - 128) * spread
        return rows
