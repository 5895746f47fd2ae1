"""Where an answer is cut, and how much of its start can be told early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_model.protocol.errors import RequestInvalid
from unmask_model.server.dialects.stops import MOST, certain, cut, stop_texts


@pytest.mark.parametrize(
    ("text", "stops", "kept", "stop"),
    [
        ("a = 1\n\nb", ("\n\n",), "a = 1", "\n\n"),
        ("abc", ("abc", "b"), "a", "b"),
        ("abc", ("x",), "abc", ""),
        ("abc", (), "abc", ""),
        ("aab", ("ab", "b"), "a", "ab"),
    ],
)
def test_an_answer_is_cut_at_the_stop_that_is_complete_first(
    text: str, stops: tuple[str, ...], kept: str, stop: str
) -> None:
    assert cut(text, stops) == (kept, stop)


def test_a_tail_that_may_begin_a_stop_is_held_back() -> None:
    assert certain("x = 1\n", ("\n\n",)) == "x = 1"
    assert certain("x = 1\ny", ("\n\n",)) == "x = 1\ny"


@given(
    st.text("ab", max_size=12),
    st.lists(st.text("ab", min_size=1, max_size=4), max_size=3).map(tuple),
)
def test_what_is_told_early_is_never_unsaid(text: str, stops: tuple[str, ...]) -> None:
    kept, _ = cut(text, stops)
    early = [certain(text[:end], stops) for end in range(len(text) + 1)]
    assert all(kept.startswith(told) for told in early)
    assert early == sorted(early, key=len)


def test_stops_come_as_a_text_or_a_list_or_not_at_all() -> None:
    assert stop_texts("\n") == ("\n",)
    assert stop_texts(("", "a")) == ("a",)
    assert stop_texts(None) == ()
    with pytest.raises(RequestInvalid, match="at most"):
        stop_texts(("a",) * (MOST + 1))
