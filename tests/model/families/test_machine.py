"""What needs torch says what to install where there is none."""

import pytest

from unmask_model.families import machine
from unmask_model.families.causal_block.causal_block_files import CausalBlockFiles
from unmask_model.families.machine import Machine, has_gpu, has_torch
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.transformer.execution import Execution, Weights
from unmask_model.weights.bases import QWEN25_CODER_05B


@pytest.fixture(autouse=True)
def no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda _: None)


def test_without_torch_there_is_no_gpu_and_no_format_for_open_models() -> None:
    assert not has_torch()
    assert not has_gpu()
    assert Machine.here().formats == ()


def test_a_number_format_of_torch_is_refused_in_one_line() -> None:
    files = CausalBlockFiles(base=QWEN25_CODER_05B.name, adapter=None)
    with pytest.raises(WeightsInvalid, match=r"float32 weights need torch.*unmask\[gpu\]"):
        files.open(Execution(weights=Weights.FLOAT32))
