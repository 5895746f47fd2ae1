"""How often drafts hold, as it is learned."""

import pytest

from unmask_model.decoding.outlook import Acceptance


def test_at_first_a_chance_is_what_is_said() -> None:
    assert Acceptance().chance(0.7) == pytest.approx(0.7)


@pytest.mark.parametrize(("right", "expected"), [(True, 1.0), (False, 0.0)])
def test_after_a_while_a_chance_is_what_became_of_others_like_it(
    right: bool, expected: float
) -> None:
    acceptance = Acceptance()
    for _ in range(300):
        acceptance.note(0.75, right)
    assert acceptance.chance(0.75) == pytest.approx(expected, abs=0.05)
    assert acceptance.chance(0.25) == pytest.approx(0.25)


def test_what_is_long_ago_counts_no_more() -> None:
    acceptance = Acceptance()
    for right in (False, True):
        for _ in range(1000):
            acceptance.note(1.0, right)
    assert acceptance.chance(1.0) > 0.95
