"""What followed the same ids before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_model.decoding.samplers.draft_token import DraftToken
from unmask_model.decoding.samplers.prompt_lookup import PromptLookup


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([1, 2, 3, 4, 1, 2], DraftToken(id=3, chance=1 / 2)),
        ([1, 2, 3, 5, 1, 2, 4, 1, 2], DraftToken(id=4, chance=1 / 2)),
        ([9, 1, 2, 3, 5, 1, 2, 4, 9, 1, 2], DraftToken(id=3, chance=3 / 5)),
        ([2, 3, 1, 2], None),
        ([1, 2, 3], None),
        ([1, 1, 1], DraftToken(id=1, chance=1 / 2)),
        ([1], None),
        ([], None),
    ],
    ids=["pair", "latest", "longer match", "one alike", "nothing", "itself", "one", "none"],
)
def test_a_text_goes_on_as_it_did_before(ids: list[int], expected: DraftToken | None) -> None:
    assert PromptLookup(ids).next(2) == expected


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_it_is_what_last_followed_the_longest_end_that_stood_before(
    ids: list[int], shortest: int
) -> None:
    ends = {n: _followers(ids, ids[len(ids) - n :]) for n in range(shortest, min(len(ids), 17))}
    longest = max((n for n, followers in ends.items() if followers), default=0)
    expected = DraftToken(id=ends[longest][-1], chance=longest / (longest + 2)) if longest else None
    assert PromptLookup(ids).next(shortest) == expected


def _followers(ids: list[int], end: list[int]) -> list[int]:
    """What stood behind an end of `ids` before, in order."""
    starts = range(len(ids) - len(end))
    return [ids[k + len(end)] for k in starts if ids[k : k + len(end)] == end]


@given(st.lists(st.integers(0, 3), max_size=20), st.lists(st.integers(0, 3), max_size=5))
def test_what_was_tried_and_taken_back_leaves_no_trace(ids: list[int], tried: list[int]) -> None:
    lookup = PromptLookup(ids)
    for each in tried:
        lookup.append(each)
    lookup.cut(len(ids))
    assert lookup.next(1) == PromptLookup(ids).next(1)
