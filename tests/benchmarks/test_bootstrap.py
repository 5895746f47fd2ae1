"""Intervals over problems."""

import math

import pytest
from bootstrap import Interval, difference, mean, ratio

PROBLEMS = [f"problem {row // 4}" for row in range(80)]


def test_the_value_is_that_of_the_rows_there_are() -> None:
    assert mean([1, 0, 1, 1], ["a", "a", "b", "c"]).value == 0.75
    assert difference([1, 1, 0], [0, 1, 1], ["a", "b", "c"]).value == 0.0
    assert ratio([2, 4], [4, 8], ["a", "b"]).value == 0.5


def test_what_is_always_the_same_is_certain() -> None:
    assert mean([1.0] * 80, PROBLEMS) == Interval(value=1.0, low=1.0, high=1.0)


def test_rows_that_stand_and_fall_together_count_as_one() -> None:
    values = [float(row // 4 % 2) for row in range(80)]
    clustered = mean(values, PROBLEMS)
    as_if_independent = mean(values, [str(row) for row in range(80)])
    assert clustered.high - clustered.low > 1.5 * (as_if_independent.high - as_if_independent.low)


def test_the_width_is_the_one_of_the_textbook() -> None:
    values = [float(row % 2) for row in range(400)]
    found = mean(values, [str(row) for row in range(400)])
    error = 1.96 * math.sqrt(0.25 / 400)
    assert found.high - 0.5 == pytest.approx(error, rel=0.1)
    assert 0.5 - found.low == pytest.approx(error, rel=0.1)


def test_a_small_gain_on_every_problem_is_seen_because_rows_are_paired() -> None:
    other = [float(row // 4) for row in range(80)]
    one = [value + 0.5 for value in other]
    found = difference(one, other, PROBLEMS)
    assert (found.low, found.high) == (0.5, 0.5)


def test_a_ratio_is_paired_too() -> None:
    other = [1.0 + row for row in range(80)]
    found = ratio([value / 2 for value in other], other, PROBLEMS)
    assert found.low == pytest.approx(0.5)
    assert found.high == pytest.approx(0.5)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = [row**0.5 for row in range(80)]
    assert mean(values, PROBLEMS, seed=1) == mean(values, PROBLEMS, seed=1)
    assert mean(values, PROBLEMS, seed=1) != mean(values, PROBLEMS, seed=2)


def test_a_ratio_to_nothing_is_not_a_number() -> None:
    assert math.isnan(ratio([0.0], [0.0], ["a"]).value)


def test_an_interval_is_written_with_its_ends() -> None:
    assert Interval(value=0.5, low=0.25, high=0.75).text(100) == "50.0 (25.0 to 75.0)"
