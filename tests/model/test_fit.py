"""Models that are larger than the memory there is."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny import CONFIGS

from unmask_model import fit
from unmask_model.decoder import Shape
from unmask_model.errors import DoesNotFit
from unmask_model.weights.tensor_files import TensorFiles

CPU = torch.device("cpu")
SHAPE = Shape.of(CONFIGS["qwen2"])


@pytest.fixture
def tensors(tmp_path: Path) -> TensorFiles:
    save_file({"a": torch.zeros(100, 50), "b": torch.zeros(7)}, tmp_path / "model.safetensors")
    return TensorFiles(tmp_path / "model.safetensors", torch.bfloat16)


def test_numbers_are_counted_without_reading_them(tensors: TensorFiles) -> None:
    assert tensors.elements() == 5007


def test_what_is_needed_grows_with_precision_weights_and_context() -> None:
    small = fit.needed(1000, SHAPE, 0, torch.bfloat16)
    assert fit.needed(1000, SHAPE, 0, torch.float32) == 2 * small
    assert fit.needed(2000, SHAPE, 0, torch.bfloat16) == 2 * small
    kept = fit.needed(1000, SHAPE, 10, torch.bfloat16) - small
    assert kept == 10 * 2 * SHAPE.layers * SHAPE.kv_heads * SHAPE.head_dim * 2


def test_a_model_that_does_not_fit_is_refused_with_both_sizes(
    tensors: TensorFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "free_memory", lambda _: 1000)
    with pytest.raises(DoesNotFit, match=r"GB in bfloat16, 0\.0 GB are free on cpu"):
        fit.require(tensors, SHAPE, 10, torch.bfloat16, CPU)


def test_a_model_that_fits_is_not(tensors: TensorFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    for free in (10**9, None):
        monkeypatch.setattr(fit, "free_memory", lambda _, free=free: free)
        fit.require(tensors, SHAPE, 10, torch.bfloat16, CPU)


def test_this_machine_says_how_much_memory_is_free() -> None:
    free = fit.free_memory(CPU)
    assert free is None or free > 0
