"""The rows of tokens in a file, 8 bits a number: read when they are asked for, and not kept.

Mapped into memory they would come in pages of many rows each, and a long session would hold all.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unmask_model.weights.blocks import BLOCK, Blocks, Floats, Indices

CODES, SCALES = "embedding.npy", "embedding_scales.npy"


class Embedding:
    """Rows of ids."""

    def __init__(self, folder: Path) -> None:
        self._codes, self._scales = _RowFile(folder / CODES), _RowFile(folder / SCALES)

    @staticmethod
    def write(folder: Path, rows: Blocks) -> None:
        """Write the rows of all ids."""
        np.save(folder / CODES, rows.codes.reshape(rows.outputs, -1)[:, : rows.inputs])
        np.save(folder / SCALES, rows.scales)

    def rows(self, ids: Indices) -> Floats:
        """Return the rows of ids, (N,) -> (N, hidden)."""
        codes, scales = self._codes.rows(ids), self._scales.rows(ids)
        spread = np.repeat(scales, BLOCK, axis=1)[:, : codes.shape[1]]
        rows: Floats = (codes.astype(np.float32) - 128) * spread
        return rows


class _RowFile:
    """A matrix in a `.npy` file, of which single rows are read."""

    def __init__(self, file: Path) -> None:
        mapped = np.load(file, mmap_mode="r")  # checks that the file is whole
        self._width, self._dtype, self._start = mapped.shape[1], mapped.dtype, mapped.offset
        self._file = file

    def rows(self, ids: Indices) -> npt.NDArray[Any]:
        """Return rows by their numbers, (N,) -> (N, width)."""
        found = np.empty((len(ids), self._width), self._dtype)
        with self._file.open("rb", buffering=0) as opened:
            for row, number in zip(found, ids.tolist(), strict=True):
                opened.seek(self._start + number * row.nbytes)
                opened.readinto(row)
        return found
