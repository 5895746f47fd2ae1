"""Open models in few bits: nearly what they say in float32."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_families import tiny_family

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.denoiser import Pass, Prompt
from unmask_model.families.open_family import open_family
from unmask_model.transformer.execution import Execution, Weights

TOLERANCE = {Weights.INT8: 0.15, Weights.INT4: 0.7}
"""Distance of logits from those in float32, as a part of their length; matrices of 32 random rows
average nothing out, so that it is far larger than in a real model."""


@pytest.mark.parametrize("name", ["dream", "llada", "sdar", "llada_moe"])
@pytest.mark.parametrize("weights", TOLERANCE)
def test_logits_in_few_bits_are_near_those_in_floats(
    tmp_path: Path, name: str, weights: Weights
) -> None:
    files = tiny_family(tmp_path / name, name).files
    exact, rounded = (_logits(name, files, each) for each in (Weights.FLOAT32, weights))
    distance = float((rounded - exact).norm() / exact.norm())
    assert 0 < distance < TOLERANCE[weights]


def _logits(name, files, weights: Weights) -> torch.Tensor:
    model = open_family(name, files, Execution(weights=weights, device=torch.device("cpu")))
    reading = model.prefill(Prompt(left=tuple(range(40, 80)), right=(200, 201)), None)
    while True:
        try:
            next(reading)
        except StopIteration as done:
            context = done.value
            break
    canvas = Canvas.blank(model.room(context), model.vocabulary.end)
    places = np.arange(len(canvas))
    return model.logits([Pass(context=context, canvas=canvas, places=places)])[0].float()
