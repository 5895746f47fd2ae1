"""The state of a run on disk: whole, or the one before."""

import resource
from pathlib import Path

import pytest
import torch
from torch import Tensor

from unmask_model.protocol.errors import StateUnusable
from unmask_train.records.checkpoints import STATE, Checkpoints, Progress


@pytest.fixture
def parameters() -> dict[str, Tensor]:
    return {"w": torch.nn.Parameter(torch.ones(3000))}


@pytest.fixture
def optimiser(parameters: dict[str, Tensor]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters.values())


@pytest.mark.fault(
    "the disk is full where a training keeps its state",
    "one line; the state before is there, and the same command goes on from it",
)
def test_a_full_disk_leaves_the_state_before(
    parameters: dict[str, Tensor], optimiser: torch.optim.Optimizer, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(parameters, optimiser, Progress(step=1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(StateUnusable, match="free some space"):
            checkpoints.save(parameters, optimiser, Progress(step=2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [file.name for file in tmp_path.iterdir()] == [STATE]
    restored = checkpoints.restore(parameters, optimiser)
    assert restored == Progress(step=1)


@pytest.mark.fault(
    "the state of a training was written in half", "one line that names the file to remove"
)
def test_a_state_that_is_damaged_is_named(
    parameters: dict[str, Tensor], optimiser: torch.optim.Optimizer, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(parameters, optimiser, Progress(step=1))
    whole = (tmp_path / STATE).read_bytes()
    for size in (0, 5, 100, len(whole) - 1):
        (tmp_path / STATE).write_bytes(whole[:size])
        with pytest.raises(StateUnusable, match=f"{STATE} is damaged"):
            checkpoints.restore(parameters, optimiser)
