"""Fills of random models: the way a GPU is measured, on a tiny size and the CPU."""

import gpu
import pytest
import torch
import typer
from fills import fill, random_prompt, read
from random_model import random_decoder, random_denoiser
from tiny_size import TINY
from typer.testing import CliRunner

from unmask_model.families import block_causal, full_attention
from unmask_model.transformer.execution import Caching, Execution, Keep

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler is left out, and contexts are short."""
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)
    monkeypatch.setattr(gpu, "CONTEXT", 96)
    for module in (full_attention, block_causal):
        monkeypatch.setattr(module, "WINDOW", 128)  # a model is passed once for each shape


def test_every_way_and_situation_is_measured_with_graphs_and_without() -> None:
    rows = list(gpu.measure("tiny", TINY, torch.float32, CPU, rounds=2))
    assert [(row.way, row.graphs) for row in rows] == [
        (way.name, graphs) for way in gpu.WAYS for graphs in (True, False)
    ]
    for row in rows:
        assert list(row.ms) == list(gpu.SITUATIONS)
        assert all(each["p95"] >= each["p50"] > 0 for each in row.ms.values())
    assert gpu.table(rows, "tiny").row_count == len(rows)


@pytest.mark.parametrize("block", [0, 64])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int8, torch.int4])
def test_a_random_model_fills_every_place_in_any_format(dtype: torch.dtype, block: int) -> None:
    model = random_denoiser(random_decoder(TINY, dtype, CPU), Execution(compiled=False), block)
    context = read(model, random_prompt(96, 320, seed=0))
    ids = fill(model, context, 16, passes=4, ids=256)
    assert len(ids) == 16
    assert max(ids) < 256


def test_a_recorded_fill_is_the_plain_one() -> None:
    decoder = random_decoder(TINY, torch.float32, CPU)
    for caching in (Caching(), Caching(kept=Keep.BOTH)):
        models = [
            random_denoiser(decoder, Execution(caching=caching, compiled=compiled))
            for compiled in (False, True)
        ]
        prompt = random_prompt(96, 320, seed=0)
        plain, recorded = (fill(each, read(each, prompt), 32, passes=8) for each in models)
        assert plain == recorded


@pytest.mark.parametrize("name", gpu.NAMES)
def test_sizes_are_those_of_real_models(name: str) -> None:
    assert gpu.size_of(name).total > 4e8


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_that_nothing_was_measured() -> None:
    app = typer.Typer()
    app.command()(gpu.main)
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    assert "not measured" in result.stdout
