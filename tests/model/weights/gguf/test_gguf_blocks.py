"""Blocks of a GGUF file are taken as they are stored."""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest

from unmask_model.weights.gguf.gguf_blocks import gguf_blocks
from unmask_model.weights.gguf.gguf_file import GgufFile
from unmask_model.weights.gguf.gguf_tensors import GgufTensors

KINDS = gguf.GGMLQuantizationType


@pytest.mark.parametrize(("kind", "bits"), [(KINDS.Q8_0, 8), (KINDS.Q5_0, 8), (KINDS.Q4_0, 4)])
def test_values_are_those_of_the_file(kind: gguf.GGMLQuantizationType, bits: int) -> None:
    values = np.random.default_rng(3).standard_normal((7, 96)).astype(np.float32)
    data = gguf.quantize(values, kind)
    blocks = gguf_blocks(kind, data)
    assert blocks is not None
    assert blocks.bits == bits
    assert blocks.inputs == 96
    assert np.array_equal(blocks.values(), gguf.dequantize(data, kind))


def test_other_formats_are_not_taken_as_they_are() -> None:
    values = np.ones((2, 256), np.float32)
    assert gguf_blocks(KINDS.F16, gguf.quantize(values, KINDS.F16)) is None


@pytest.mark.parametrize("arch", ["qwen2", "llama"])
def test_rows_stand_where_transformers_has_them(write_gguf: Callable[..., Path], arch: str) -> None:
    parts = ("q_proj", "k_proj", "v_proj")
    names = [f"model.layers.1.self_attn.{part}.weight" for part in parts]
    file = write_gguf(arch, quantized=dict.fromkeys(names, KINDS.Q8_0))
    tensors = GgufTensors(GgufFile(file))
    for name in names:
        blocks = tensors.blocks(name)
        assert blocks is not None
        assert np.array_equal(blocks.values(), tensors.read(name))
    assert tensors.blocks("model.layers.0.self_attn.q_proj.weight") is None
