"""What Prometheus is told."""

import sys
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from unmask_model.engine.engine import Engine
from unmask_model.engine.metrics import Metrics
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import EngineBusy
from unmask_model.protocol.request import InfillRequest

VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n", document="a")


def samples(metrics: Metrics) -> dict[str, float]:
    families = text_string_to_metric_families(metrics.page().decode())
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_passes_stages_and_cache_hits_are_counted(script: Script) -> None:
    metrics = Metrics()
    engine = Engine(Scripted(script), metrics=metrics)
    for _ in range(2):
        for event in engine.fill(VALUE):
            metrics.told(event)
    found = samples(metrics)
    assert found["unmask_answers_total end"] == 2
    assert found["unmask_stage_milliseconds_count denoise"] == 2
    assert found["unmask_pass_canvases_sum"] == found["unmask_pass_milliseconds_count"]
    assert found["unmask_context_tokens_total cache"] == found["unmask_context_tokens_total read"]


def test_errors_are_counted_by_their_kind() -> None:
    metrics = Metrics()
    metrics.told(EngineBusy("16 requests are in work"))
    assert samples(metrics)["unmask_errors_total EngineBusy"] == 1


def test_the_queue_is_looked_at_when_somebody_asks() -> None:
    metrics, waiting = Metrics(), [3]
    metrics.watch(in_work=lambda: 2, waiting=lambda: waiting[0])
    assert samples(metrics)["unmask_requests_waiting"] == 3
    waiting[0] = 4
    found = samples(metrics)
    assert (found["unmask_requests_in_work"], found["unmask_requests_waiting"]) == (2, 4)


def test_two_engines_in_a_process_count_apart(script: Script) -> None:
    one, other = Metrics(), Metrics()
    list(Engine(Scripted(script), metrics=one).fill(VALUE))
    assert samples(one)["unmask_pass_canvases_count"] > 0
    assert samples(other)["unmask_pass_canvases_count"] == 0


def test_a_gpu_is_spoken_of_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    none = SimpleNamespace(is_available=lambda: False)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=none))
    assert not any("gpu" in name for name in samples(Metrics()))
    cuda = SimpleNamespace(
        is_available=lambda: True,
        device_count=lambda: 1,
        memory_allocated=lambda device: 10**9,
        utilization=lambda device: 37,
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    found = samples(Metrics())
    assert found["unmask_gpu_memory_bytes 0"] == 10**9
    assert found["unmask_gpu_utilization_percent 0"] == 37
