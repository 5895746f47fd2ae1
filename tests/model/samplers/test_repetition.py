"""What followed the same ids before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_model.samplers.repetition import continuation


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([1, 2, 3, 4, 1, 2], [3, 4, 1]),
        ([1, 2, 3, 5, 1, 2, 4, 1, 2], [4, 1, 2]),
        ([9, 1, 2, 3, 5, 1, 2, 4, 9, 1, 2], [3, 5, 1]),
        ([1, 2, 3], []),
        ([1, 1, 1], [1]),
        ([1], []),
        ([], []),
    ],
    ids=["after a pair", "the latest", "the longer match", "nothing", "itself", "one", "none"],
)
def test_a_text_goes_on_as_it_did_before(ids: list[int], expected: list[int]) -> None:
    assert continuation(ids, shortest=2, most=3) == expected


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4), st.integers(0, 5))
def test_what_is_returned_stood_behind_the_same_ids(
    ids: list[int], shortest: int, most: int
) -> None:
    found = continuation(ids, shortest=shortest, most=most)
    assert len(found) <= most
    pattern = ids[len(ids) - shortest :] + found
    starts = range(len(ids) - shortest)
    assert not found or any(ids[k : k + len(pattern)] == pattern for k in starts)
