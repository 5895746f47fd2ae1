"""Typing clients and shared memory, on the model that needs no weights."""

import os
from pathlib import Path

import pytest
from load import Pace, Round, figures, measure, table
from process_memory import proportional_mb, resident_mb
from replay import RECORDINGS, read_recording

from unmask_model.families.open_model import OpenedModel
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted

PACE = Pace(seconds=1.0, keys_a_second=20.0, budget_ms=2000.0)


@pytest.mark.parametrize("shared", [True, False])
async def test_every_key_of_every_client_ends_in_one_way(shared: bool) -> None:
    model = OpenedModel(name="scripted", denoiser=Scripted(Script()), sampler="confidence")
    recordings = [read_recording(file) for file in sorted(RECORDINGS.glob("*.json"))]
    told = await measure(model, recordings, Round(clients=3, shared=shared), PACE)
    assert told.keys > 3
    assert sum(told.ends.values()) == told.keys
    assert told.ends["answered"] == len(told.ms) > 0
    assert figures(told, 2000.0)["in_time"] == 1.0
    assert told.memory_half_way_mb > 0
    assert table([told], 2000.0).row_count == 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
def test_memory_that_is_shared_counts_once() -> None:
    assert 0 < proportional_mb(os.getpid()) <= resident_mb() + 1


def test_a_process_that_is_gone_takes_nothing() -> None:
    assert resident_mb(2**22 + 1) == proportional_mb(2**22 + 1) == 0
