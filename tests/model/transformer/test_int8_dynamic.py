"""Linear maps in 8-bit integers."""

import pytest
import torch

from unmask_model.transformer.int8_dynamic import EightBit
from unmask_model.transformer.linear import Dense
from unmask_model.transformer.precision import Precision

if not EightBit.fits(Dense(torch.zeros(1, 1))):
    pytest.skip("this processor has no fast 8-bit products (VNNI)", allow_module_level=True)


@pytest.fixture
def dense() -> Dense:
    torch.manual_seed(0)
    return Dense(torch.randn(96, 64), torch.randn(96))


@pytest.mark.parametrize("rows", [1, 5, 24, 200])
def test_it_computes_nearly_what_the_plain_map_does(dense: Dense, rows: int) -> None:
    given = torch.randn(rows, 64) * torch.logspace(-3, 3, rows)[:, None]
    exact, rounded = dense(given), EightBit(dense)(given)
    assert float((rounded - exact).norm() / exact.norm()) < 0.02


def test_a_row_is_the_same_whatever_rows_it_is_computed_with(dense: Dense) -> None:
    given = torch.randn(24, 64)
    given[3] *= 1000
    together = EightBit(dense)(given)
    alone = torch.cat([EightBit(dense)(row[None]) for row in given])
    assert torch.equal(together, alone)


def test_a_row_of_zeros_gives_the_bias(dense: Dense) -> None:
    assert dense.bias is not None
    assert torch.equal(EightBit(dense)(torch.zeros(1, 64))[0], dense.bias)


def test_weights_of_zeros_give_zeros() -> None:
    assert not bool(EightBit(Dense(torch.zeros(8, 16)))(torch.randn(2, 16)).any())


def test_rows_keep_their_format(dense: Dense) -> None:
    assert EightBit(dense)(torch.randn(2, 64).bfloat16()).dtype == torch.bfloat16


def test_int8_is_a_form_of_the_maps_and_no_format_of_tensors(dense: Dense) -> None:
    precision = Precision.of(torch.int8)
    assert precision.floats.is_floating_point
    assert isinstance(precision.form(dense), EightBit)
    assert precision.form(dense) is not dense
    assert Precision.of(torch.float32).form(dense) is dense
