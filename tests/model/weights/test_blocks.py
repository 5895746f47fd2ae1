"""Matrices in blocks: what is rounded stays near, what is moved or joined stays the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_model.weights.blocks import BLOCK, Blocks, rounded, stacked


def matrix(outputs: int, inputs: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((outputs, inputs)).astype(np.float32)


@given(st.integers(1, 9), st.integers(1, 100), st.integers(0, 99))
def test_a_number_of_8_bits_is_at_most_half_a_step_away(
    outputs: int, inputs: int, seed: int
) -> None:
    values = matrix(outputs, inputs, seed)
    blocks = rounded(values, 8)
    steps = np.repeat(blocks.scales, BLOCK, axis=1)[:, :inputs]
    assert (np.abs(blocks.values() - values) <= steps * 0.501).all()


def on_the_whole_span(values: np.ndarray) -> np.ndarray:
    """The obvious rounding to 4 bits: 16 even steps from a block's least value to its greatest."""
    blocks = np.pad(values, ((0, 0), (0, -values.shape[1] % BLOCK))).reshape(-1, BLOCK)
    low, high = np.minimum(blocks.min(1), 0)[:, None], np.maximum(blocks.max(1), 0)[:, None]
    steps = np.maximum((high - low) / 15, 1e-12)
    zeros = np.round(-low / steps)
    codes = np.clip(np.round(blocks / steps) + zeros, 0, 15)
    return ((codes - zeros) * steps).reshape(len(values), -1)[:, : values.shape[1]]


@given(st.integers(1, 9), st.integers(1, 100), st.integers(0, 99))
def test_numbers_of_4_bits_are_as_near_as_the_obvious_rounding_brings_them(
    outputs: int, inputs: int, seed: int
) -> None:
    values = matrix(outputs, inputs, seed)
    found = ((rounded(values, 4).values() - values) ** 2).sum()
    assert found <= ((on_the_whole_span(values) - values) ** 2).sum() * 1.0001 + 1e-9


def test_of_many_numbers_4_bits_lose_less_than_the_obvious_rounding() -> None:
    values = matrix(64, 1024)
    found = ((rounded(values, 4).values() - values) ** 2).sum()
    assert found < 0.95 * ((on_the_whole_span(values) - values) ** 2).sum()


@pytest.mark.parametrize("bits", [4, 8])
def test_a_matrix_of_zeros_stays_one(bits: int) -> None:
    assert not rounded(np.zeros((3, 40), np.float32), bits).values().any()


def test_what_is_rounded_to_8_bits_is_not_changed_by_rounding_again() -> None:
    once = rounded(matrix(5, 96), 8).values()
    assert np.allclose(rounded(once, 8).values(), once, rtol=0, atol=1e-6)


@pytest.mark.parametrize("bits", [(8, 8), (4, 4), (4, 8), (8, 4)])
def test_joined_matrices_keep_their_values(bits: tuple[int, int]) -> None:
    parts = [rounded(matrix(4, 64, seed), each) for seed, each in enumerate(bits)]
    joined = stacked(parts)
    assert joined.bits == max(bits)
    wanted = np.concatenate([part.values() for part in parts])
    assert np.allclose(joined.values(), wanted, atol=1e-6)


def test_matrices_with_and_without_zeros_of_their_own_are_joined() -> None:
    plain = Blocks(np.full((2, 1, BLOCK), 9, np.uint8), np.ones((2, 1), np.float32), 4, BLOCK)
    joined = stacked([plain, rounded(matrix(3, BLOCK), 4)])
    assert (joined.values()[:2] == 1).all()


@pytest.mark.parametrize("bits", [4, 8])
def test_rows_and_whole_blocks_are_moved_without_rounding(bits: int) -> None:
    blocks = rounded(matrix(6, 96), bits)
    rows = np.array([5, 0, 2])
    assert np.array_equal(blocks.rows(rows).values(), blocks.values()[rows])
    order = np.concatenate([np.arange(64, 96), np.arange(64)])
    assert np.array_equal(blocks.columns(order).values(), blocks.values()[:, order])


def test_columns_that_cross_blocks_are_rounded_anew() -> None:
    blocks, order = rounded(matrix(6, 96), 8), np.arange(96)[::-1]
    assert np.allclose(blocks.columns(order).values(), blocks.values()[:, order], atol=0.02)


def test_four_bits_are_packed_low_half_first_and_an_odd_zero_alone() -> None:
    blocks = rounded(matrix(2, 96), 4)
    packed = blocks.packed()
    assert packed.shape == (2, 3, BLOCK // 2)
    assert np.array_equal(packed & 15, blocks.codes[..., 0::2])
    assert np.array_equal(packed >> 4, blocks.codes[..., 1::2])
    zeros, own = blocks.packed_zeros(), blocks.zeros
    assert zeros is not None
    assert own is not None
    assert zeros.shape == (2, 2)
    assert np.array_equal(zeros[:, 1], own[:, 2])
