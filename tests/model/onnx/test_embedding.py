"""Rows of tokens are read from their file."""

from pathlib import Path

import numpy as np
import pytest

from unmask_model.onnx.embedding import CODES, Embedding
from unmask_model.weights.blocks import rounded


@pytest.mark.parametrize("width", [32, 48, 96])
def test_rows_are_those_that_were_written(tmp_path: Path, width: int) -> None:
    values = np.random.default_rng(0).standard_normal((20, width)).astype(np.float32)
    blocks = rounded(values, 8)
    Embedding.write(tmp_path, blocks)
    ids = np.array([19, 0, 7, 7])
    assert np.allclose(Embedding(tmp_path).rows(ids), blocks.values()[ids], atol=1e-6)
    assert Embedding(tmp_path).rows(ids[:0]).shape == (0, width)


def test_a_file_that_ends_too_soon_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    Embedding.write(tmp_path, rounded(np.ones((20, 64), np.float32), 8))
    whole = (tmp_path / CODES).read_bytes()
    (tmp_path / CODES).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="mmap"):
        Embedding(tmp_path)
