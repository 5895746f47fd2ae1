"""The score is between 0 and 1, and falls with every doubt."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.suggest.score import SURE, first_line, most, score, sure_lines
from unmask_model.protocol.request import Confidence, InfillResult, Span, StopReason


def result(*tokens: tuple[str, float]) -> InfillResult:
    ends = list(accumulate(len(text) for text, _ in tokens))
    confidence = tuple(
        Confidence(span=Span(start=end - len(text), end=end), probability=probability)
        for end, (text, probability) in zip(ends, tokens, strict=True)
    )
    text = "".join(text for text, _ in tokens)
    return InfillResult(text=text, stop_reason=StopReason.END, confidence=confidence)


def test_a_block_without_probabilities_is_not_doubted() -> None:
    assert score(result(), 1) == SURE


def test_it_is_the_mean_of_the_mean_and_of_the_least_of_a_line() -> None:
    block = result(("a", 1.0), (" = ", 0.25), ("b", 1.0), ("\n", 0.1), ("c", 0.5))
    mean = (1.0 * 0.25 * 1.0) ** (1 / 3)
    assert score(block, 1) == pytest.approx((mean * 0.25) ** 0.5)
    assert score(block, 2) == pytest.approx(0.5)


def test_what_ends_a_line_and_begins_the_next_belongs_to_the_next() -> None:
    block = result(("a", 0.9), ("\n    b", 0.1), ("\n", 0.01), ("\nc", 0.4))
    assert [score(block, line) for line in (1, 2, 4)] == pytest.approx([0.9, 0.1, 0.4])


def test_a_blank_line_is_not_doubted() -> None:
    assert score(result(("a", 0.5), ("\n", 0.1), ("\n", 0.1), ("b", 0.5)), 2) == SURE


def test_lines_are_sure_from_the_top_up_to_the_first_that_is_not() -> None:
    block = result(("a", 0.9), ("\nb", 0.8), ("\n\nc", 0.3), ("\nd", 0.9))
    assert [sure_lines(block, least) for least in (0.0, 0.5, 0.85, 0.95)] == [5, 3, 1, 0]


def test_a_long_tail_does_not_make_up_for_a_line_that_goes_wrong() -> None:
    block = result(("a", 0.9), ("\nb", 0.1), *[("\nc", 1.0)] * 50)
    assert sure_lines(block, 0.6) == 1


def test_what_is_found_anew_is_no_surer_than_what_was_left_for_it() -> None:
    block = result(("a", 0.9), (" = ", 0.75), ("b", 0.2), ("\nc", 0.1))
    assert most(block, 1) == pytest.approx(0.25**0.5)
    assert most(block, len("a = b")) == pytest.approx(0.2**0.5)


def test_the_first_line_is_the_first_that_says_something() -> None:
    assert [first_line(block) for block in ("a", "a\nb", "\n  a", "\n\na", "")] == [1, 1, 2, 3, 1]


@given(
    st.lists(st.tuples(st.sampled_from(["a", "\n", " b", "c\nd"]), st.floats(0, 1))),
    st.integers(1, 5),
)
def test_any_line_has_a_score_from_0_to_1(tokens: list[tuple[str, float]], line: int) -> None:
    assert 0.0 <= score(result(*tokens), line) <= 1.0 + 1e-9
    assert 0 <= sure_lines(result(*tokens), 0.5) <= result(*tokens).text.count("\n") + 1
