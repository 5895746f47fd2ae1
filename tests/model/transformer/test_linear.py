"""Linear maps in their several forms."""

import pytest
import torch

from unmask_model.transformer.linear import Linear, PackedLinear, merge, quickest


@pytest.mark.parametrize("rows", [1, 5, 24, 200])
@pytest.mark.parametrize("biased", [True, False])
def test_a_packed_map_computes_what_the_plain_one_does(rows: int, biased: bool) -> None:
    torch.manual_seed(0)
    bias = torch.randn(96).bfloat16() if biased else None
    dense = Linear(torch.randn(96, 64).bfloat16(), bias)
    if not PackedLinear.fits(dense):
        pytest.skip("this build of torch cannot pack bfloat16 weights")
    given = torch.randn(rows, 64).bfloat16()
    with torch.inference_mode():
        assert torch.allclose(PackedLinear(dense)(given), dense(given), rtol=0.02, atol=0.05)


def test_float32_is_left_plain() -> None:
    dense = Linear(torch.randn(4, 4))
    assert quickest(dense) is dense


def test_merging_rounds_once() -> None:
    weight = torch.tensor([[1.0]]).bfloat16()
    small = torch.tensor([[2.0**-5]])
    merged = merge(weight, small, small)  # 1 + 2^-10 has no bfloat16
    assert merged.dtype == torch.bfloat16
    assert float(merged) == 1.0
