"""Models that are larger than the memory there is."""

import logging
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny import CONFIGS

from unmask_model.protocol.errors import DoesNotFit
from unmask_model.transformer import fit
from unmask_model.transformer.fit import Demand
from unmask_model.transformer.precision import INT4, Precision
from unmask_model.transformer.tensor_files import TensorFiles
from unmask_model.weights.decoder_shape import DecoderShape

CPU = torch.device("cpu")
SHAPE = DecoderShape.of(CONFIGS["qwen2"].to_dict())
DEMAND = Demand(maps=10_000_000, embedding=1_000_000, shape=SHAPE, tokens=0)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch):
    """Say how much memory is free, on a machine that is best at bfloat16."""
    monkeypatch.setattr(
        "unmask_model.transformer.precision.best_dtype", lambda device=None: torch.bfloat16
    )
    return lambda memory: monkeypatch.setattr(fit, "free_memory", lambda _: memory)


def test_numbers_are_counted_without_reading_them(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(100, 50), "b": torch.zeros(7)}, tmp_path / "model.safetensors")
    assert TensorFiles(tmp_path / "model.safetensors", torch.bfloat16).elements() == 5007


def test_what_is_needed_grows_with_precision_and_context() -> None:
    sizes = {kind: DEMAND.bytes(Precision.of(kind)) for kind in (torch.float32, torch.bfloat16)}
    assert sizes[torch.float32] == 2 * sizes[torch.bfloat16]
    longer = Demand(maps=10_000_000, embedding=1_000_000, shape=SHAPE, tokens=10)
    kept = longer.bytes(Precision.of(torch.bfloat16)) - sizes[torch.bfloat16]
    assert kept == 10 * 2 * SHAPE.layers * SHAPE.kv_heads * SHAPE.head_dim * 2


def test_few_bits_are_those_of_maps_alone(free) -> None:
    eight, four = (DEMAND.bytes(Precision.of(kind)) for kind in (torch.int8, INT4))
    assert eight == int(1.1 * (10_000_000 + 2 * 1_000_000))
    assert four == int(1.1 * (5_625_000 + 2 * 1_000_000))


@pytest.mark.parametrize(("memory", "device"), [(1e12, "cuda"), (30e6, "cuda"), (20e6, "cpu")])
def test_a_model_that_a_processor_carries_goes_there_where_a_gpu_has_no_room(
    free, monkeypatch: pytest.MonkeyPatch, memory: float, device: str
) -> None:
    free(memory)
    monkeypatch.setattr(fit, "best_device", lambda: torch.device("cuda"))
    assert fit.roomy_device(11_000_000, None).type == device


@pytest.mark.parametrize(
    ("memory", "name"), [(1e12, "bfloat16"), (30e6, "bfloat16"), (20e6, "int8"), (9e6, "int4")]
)
def test_the_best_format_that_fits_is_chosen(free, memory: float, name: str) -> None:
    free(memory)
    assert fit.choose(DEMAND, None, CPU).name == name


def test_a_format_that_was_not_the_first_choice_is_told(free, caplog) -> None:
    free(20_000_000)
    with caplog.at_level(logging.WARNING):
        fit.choose(DEMAND, None, CPU)
    assert "opened in int8" in caplog.text
    assert "GB in bfloat16" in caplog.text


def test_a_format_that_is_asked_for_is_that_one_or_none(free) -> None:
    free(20_000_000)
    assert fit.choose(DEMAND, INT4, CPU).name == "int4"
    with pytest.raises(DoesNotFit, match=r"GB in bfloat16, 0\.0 GB are free on cpu; close what"):
        fit.choose(DEMAND, torch.bfloat16, CPU)


def test_a_model_that_fits_in_no_format_is_refused_in_one_line(free) -> None:
    free(1000)
    with pytest.raises(DoesNotFit, match=r"GB in int4, .* or choose a smaller model$"):
        fit.choose(DEMAND, None, CPU)


def test_this_machine_says_how_much_memory_is_free() -> None:
    assert fit.free_memory(CPU) > 0
