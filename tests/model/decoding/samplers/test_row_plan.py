"""How many rows a check has, on made-up machines."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.samplers.row_plan import plan_rows

LIKELY = [0.9, 0.85, 0.8, 0.7, 0.6, 0.5]
Curve = Callable[[int], float]


def flat(rows: int) -> float:
    return 30.0


def affine(rows: int) -> float:
    return 12.0 + 8.0 * rows


def stepped(rows: int) -> float:
    """Dear from the ninth row on, as a library that changes its ways is."""
    return 25.0 + rows if rows <= 8 else 90.0 + rows


def test_where_rows_are_free_the_whole_draft_is_tried_with_guesses_behind_every_place() -> None:
    plan = plan_rows(LIKELY, 2, Outlook(pass_ms=flat))
    assert plan.drafted == len(LIKELY)
    assert plan.guessed == tuple(range(len(LIKELY) + 1))


def test_where_rows_are_dear_an_unlikely_draft_is_left_out() -> None:
    outlook = Outlook(pass_ms=lambda rows: 5.0 + 50.0 * rows)
    assert plan_rows([0.3, 0.3], 2, outlook).drafted == 0
    assert plan_rows([0.99, 0.3], 0, Outlook(pass_ms=affine)).drafted == 1


def test_a_step_is_not_crossed_for_little() -> None:
    plan = plan_rows(LIKELY, 2, Outlook(pass_ms=stepped))
    assert plan.rows <= 8


def test_guesses_hang_where_the_draft_is_likely_to_stop() -> None:
    plan = plan_rows([0.99, 0.5, 0.99], 2, Outlook(pass_ms=lambda rows: 18.0 + 1.2 * rows))
    assert plan.guessed == (1, 3)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 9])
def test_there_are_never_more_rows_than_fit(most: int) -> None:
    plan = plan_rows(LIKELY, 2, Outlook(pass_ms=flat, most_rows=lambda: most))
    assert plan.rows <= most


@given(
    st.lists(st.floats(0.01, 0.99), max_size=6),
    st.integers(0, 3),
    st.sampled_from([flat, affine, stepped]),
)
def test_no_other_draft_with_as_many_guesses_commits_more_a_millisecond(
    chances: list[float], lookahead: int, curve: Curve
) -> None:
    """The oracle: every length, with guesses nowhere."""
    plan = plan_rows(chances, lookahead, Outlook(pass_ms=curve))
    assert plan_rows(chances, 0, Outlook(pass_ms=curve)).drafted == max(
        range(len(chances) + 1), key=lambda length: _rate(chances, length, curve)
    )
    assert set(plan.guessed) <= set(range(plan.drafted + 1))


def _rate(chances: list[float], length: int, curve: Curve) -> float:
    ids, reached = 1.0, 1.0
    for chance in chances[:length]:
        reached *= chance
        ids += reached
    return round(ids / curve(1 + length), 9)


def test_machines_nothing_is_known_of_are_taken_as_flat() -> None:
    assert plan_rows(LIKELY, 0, Outlook(pass_ms=lambda _: 0.0)).drafted == len(LIKELY)
