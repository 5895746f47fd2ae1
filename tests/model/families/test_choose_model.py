"""Which model `auto` stands for."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from tiny_families import tiny_family

from unmask_model.families import calibration, choose_model, machine
from unmask_model.families.calibration import Calibration, calibrate, calibrate_torch
from unmask_model.families.choose_model import Expected, LocalModel, choose, local_models
from unmask_model.families.machine import Format, Machine
from unmask_model.families.open_model import open_model
from unmask_model.protocol.errors import DoesNotFit, WeightsAbsent
from unmask_model.weights.bases import QWEN25_CODER_05B
from unmask_model.weights.sources.cache import Cache

FAST = Calibration(device="cpu", bytes_s=1e9, operations_s=1e12)
CPU = torch.device("cpu")
FORMATS = (Format(name="bfloat16", bits=16), Format(name="int4", bits=4.5))


def expected(name: str, numbers: int, ms: float, precision: str | None = "bfloat16") -> Expected:
    model = LocalModel(name=name, numbers=numbers, rereads=False)
    return Expected(model=model, precision=precision, fill_ms=ms)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("UNMASK_CACHE", str(tmp_path))
    monkeypatch.setattr(calibration, "READ_BYTES", 1 << 20)
    monkeypatch.setattr(calibration, "PRODUCT", (8, 64, 64))
    return Cache.of_user()


@pytest.mark.parametrize(
    ("budget", "name"), [(1000, "large"), (300, "middle"), (60, "small"), (10, "small")]
)
def test_the_largest_that_is_quick_enough_is_chosen_else_the_quickest(
    budget: float, name: str
) -> None:
    models = [
        expected("small", 1, 50),
        expected("huge", 9, 20, precision=None),
        expected("large", 3, 900),
        expected("middle", 2, 200),
    ]
    assert choose(models, budget).model.name == name


def test_without_a_model_or_memory_it_is_said_in_one_line() -> None:
    with pytest.raises(WeightsAbsent, match="unmask pull small"):
        choose([])
    with pytest.raises(DoesNotFit, match="free memory"):
        choose([expected("huge", 9, 20, precision=None)])


def test_a_pass_waits_for_its_weights_or_for_its_products() -> None:
    assert FAST.pass_ms(1e6, 16, 1) == pytest.approx(2.0)
    assert FAST.pass_ms(1e6, 4, 1) == pytest.approx(0.5)
    assert FAST.pass_ms(1e6, 4, 10_000) == pytest.approx(20.0)


@pytest.mark.parametrize("measure", [calibrate, partial(calibrate_torch, CPU)])
def test_a_machine_is_measured_in_positive_figures(measure: Callable[[], Calibration]) -> None:
    found = measure()
    assert found.bytes_s > 0
    assert found.operations_s > 0


def test_named_models_and_folders_that_are_here_are_candidates(cache: Cache, caplog) -> None:
    assert list(local_models(cache)) == []
    base = cache.base(QWEN25_CODER_05B.name) / QWEN25_CODER_05B.file
    base.parent.mkdir(parents=True)
    base.touch()
    tiny_family(cache.models / "llada", "llada")
    tiny_family(cache.models / "own", "sdar")
    broken = cache.models / "broken" / "config.json"
    broken.parent.mkdir()
    broken.write_text("{}")
    with caplog.at_level(logging.WARNING):
        found = {Path(one.name).name: one for one in local_models(cache)}
    assert set(found) == {"small", "llada", "own"}
    assert found["llada"].name == "llada"
    assert found["own"].name == str(cache.models / "own")
    assert [found[name].rereads for name in ("small", "llada", "own")] == [False, True, False]
    assert found["small"].numbers > found["llada"].numbers > 10_000
    assert "broken" in caplog.text


def test_reading_the_context_again_is_slower_and_what_does_not_fit_is_known(
    cache: Cache,
) -> None:
    for name in ("llada", "sdar"):
        tiny_family(cache.models / name, name)
    slow = Calibration(device="cpu", bytes_s=1e12, operations_s=1e9)
    large = Machine(measure=lambda: slow, free=1 << 40, formats=FORMATS)
    by_name = {Path(one.model.name).name: one for one in choose_model.expect(large)}
    assert by_name["llada"].fill_ms > 5 * by_name["sdar"].fill_ms
    small = replace(large, free=1000)
    assert {one.precision for one in choose_model.expect(small)} == {None}


def test_our_own_model_needs_no_torch_and_open_ones_are_left_out_without_it(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tiny_family(cache.models / "llada", "llada")
    base = cache.base(QWEN25_CODER_05B.name) / QWEN25_CODER_05B.file
    base.parent.mkdir(parents=True)
    base.touch()
    monkeypatch.setattr(machine, "find_spec", lambda _: None)
    (found,) = choose_model.expect(Machine.here())
    assert (found.model.name, found.precision) == ("small", "int8")
    assert "unmask[gpu]" in caplog.text


def test_auto_opens_what_it_stands_for(cache: Cache) -> None:
    tiny_family(cache.models / "llada", "llada")
    opened = open_model("auto")
    assert opened.name == "llada"
    assert opened.denoiser.rereads
