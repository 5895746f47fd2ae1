"""Linear maps whose weights are few bits."""

import pytest
import torch

from unmask_model.transformer.int8_weight_only import Int4WeightOnlyLinear, Int8WeightOnlyLinear
from unmask_model.transformer.linear import Linear
from unmask_model.transformer.precision import Precision

KINDS = {Int8WeightOnlyLinear: 0.01, Int4WeightOnlyLinear: 0.1}
"""How far a product may be off: 2 % of a group's range is half a step of 15."""
FORMATS = [torch.float32, torch.bfloat16]


def dense(outputs: int = 96, inputs: int = 64, dtype: torch.dtype = torch.float32) -> Linear:
    torch.manual_seed(0)
    return Linear(torch.randn(outputs, inputs).to(dtype), torch.randn(outputs).to(dtype))


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_computes_nearly_what_the_plain_map_does(kind: type, dtype: torch.dtype) -> None:
    plain, rows = dense(dtype=dtype), torch.randn(5, 64).to(dtype)
    exact, rounded = plain(rows), kind(plain)(rows)
    assert rounded.dtype == dtype
    assert float((rounded - exact).norm() / exact.norm()) < KINDS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_map_with_rounded_weights_and_nothing_else(kind: type) -> None:
    """Rows of the unit matrix read the rounded weights; products must be those of them."""
    plain, rows = Linear(dense().weight), torch.randn(7, 64)
    rounded = kind(plain)(torch.eye(64)).T
    assert torch.allclose(kind(plain)(rows), rows @ rounded.T, atol=1e-4)


def test_four_bits_are_off_by_half_a_step_of_a_group_at_most() -> None:
    plain = Linear(dense().weight)
    rounded = Int4WeightOnlyLinear(plain)(torch.eye(64)).T
    groups = plain.weight.unflatten(1, (-1, 64))
    step = (groups.amax(-1) - groups.amin(-1)) / 15
    assert bool(((rounded - plain.weight).abs() <= step / 2 + 1e-5).all())


@pytest.mark.parametrize("kind", KINDS)
def test_weights_of_zeros_give_the_bias(kind: type) -> None:
    bias = torch.randn(32)
    assert torch.allclose(kind(Linear(torch.zeros(32, 64), bias))(torch.randn(2, 64)), bias)


def test_rows_that_no_group_divides_are_kept_in_eight_bits() -> None:
    ragged = dense(inputs=48)
    assert not Int4WeightOnlyLinear.fits(ragged)
    assert not isinstance(Precision.of(torch.int4).form(ragged), Int4WeightOnlyLinear | Linear)
    assert isinstance(Precision.of(torch.int4).form(dense()), Int4WeightOnlyLinear)


def test_a_precision_knows_its_name_and_its_bits() -> None:
    found = {each.name: each.bits for each in map(Precision.of, [torch.int8, torch.int4])}
    assert found == {"int8": 8, "int4": 4.5}
    assert Precision.of(torch.bfloat16).bits == 16
    assert Precision.of(torch.int4, torch.device("cuda")).floats == torch.bfloat16
