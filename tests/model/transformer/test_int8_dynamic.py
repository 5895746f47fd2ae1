"""Linear maps in 8-bit integers."""

import pytest
import torch

from unmask_model.transformer.int8_dynamic import Int8DynamicLinear
from unmask_model.transformer.linear import Linear
from unmask_model.transformer.precision import Precision

if not Int8DynamicLinear.fits(Linear(torch.zeros(1, 1))):
    pytest.skip("this processor has no fast 8-bit products (VNNI)", allow_module_level=True)


@pytest.fixture
def dense() -> Linear:
    torch.manual_seed(0)
    return Linear(torch.randn(96, 64), torch.randn(96))


@pytest.mark.parametrize("rows", [1, 5, 24, 200])
def test_it_computes_nearly_what_the_plain_map_does(dense: Linear, rows: int) -> None:
    given = torch.randn(rows, 64) * torch.logspace(-3, 3, rows)[:, None]
    exact, rounded = dense(given), Int8DynamicLinear(dense)(given)
    assert float((rounded - exact).norm() / exact.norm()) < 0.02


def test_a_row_is_the_same_whatever_rows_it_is_computed_with(dense: Linear) -> None:
    given = torch.randn(24, 64)
    given[3] *= 1000
    together = Int8DynamicLinear(dense)(given)
    alone = torch.cat([Int8DynamicLinear(dense)(row[None]) for row in given])
    assert torch.equal(together, alone)


def test_a_row_of_zeros_gives_the_bias(dense: Linear) -> None:
    assert dense.bias is not None
    assert torch.equal(Int8DynamicLinear(dense)(torch.zeros(1, 64))[0], dense.bias)


def test_weights_of_zeros_give_zeros() -> None:
    assert not bool(Int8DynamicLinear(Linear(torch.zeros(8, 16)))(torch.randn(2, 16)).any())


def test_rows_keep_their_format(dense: Linear) -> None:
    assert Int8DynamicLinear(dense)(torch.randn(2, 64).bfloat16()).dtype == torch.bfloat16


def test_int8_is_a_form_of_the_maps_and_no_format_of_tensors(dense: Linear) -> None:
    precision = Precision.of(torch.int8)
    assert precision.floats.is_floating_point
    assert isinstance(precision.form(dense), Int8DynamicLinear)
    assert precision.form(dense) is not dense
    assert Precision.of(torch.float32).form(dense) is dense
