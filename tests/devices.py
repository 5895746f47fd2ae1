"""Devices a test runs on: the CPU always, a GPU where there is one."""

import pytest
import torch

GPU = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU for torch"),
]
DEVICES = ["cpu", pytest.param("cuda", marks=GPU)]
