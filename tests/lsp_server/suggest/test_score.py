"""The score is between 0 and 1, and falls with every doubt."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.suggest.score import SURE, first_line, score
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


def test_it_is_the_mean_of_the_mean_and_of_the_least_of_the_first_line() -> None:
    block = result(("a", 1.0), (" = ", 0.25), ("\n", 1.0), ("b", 0.25))
    mean = (1.0 * 0.25 * 1.0 * 0.25) ** 0.25
    assert score(block, 2) == pytest.approx((mean * 0.25) ** 0.5)


def test_what_is_not_shown_is_not_counted() -> None:
    block = result(("a", 0.9), ("\n", 0.9), ("b", 0.01))
    assert score(block, 1) == pytest.approx(0.9)
    assert score(block, 2) < 0.5


def test_a_first_line_that_goes_wrong_costs_more_than_a_later_one() -> None:
    early = result(("a", 0.1), ("\nb", 0.9), ("\nc", 0.9))
    late = result(("a", 0.9), ("\nb", 0.9), ("\nc", 0.1))
    assert score(early, 3) < score(late, 3)


def test_the_first_line_is_the_first_that_says_something() -> None:
    assert [first_line(block) for block in ("a", "a\nb", "\n  a", "\n\na", "")] == [1, 1, 2, 3, 1]
    doubtful = result(("\n", 1.0), ("a", 0.1), ("\nb", 1.0))
    assert score(doubtful, 2) == pytest.approx((0.1**0.5 * 0.1) ** 0.5)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "\n", " b", "c\nd"]), st.floats(0, 1))),
    st.integers(1, 5),
)
def test_any_block_has_a_score_from_0_to_1(tokens: list[tuple[str, float]], lines: int) -> None:
    assert 0.0 <= score(result(*tokens), lines) <= 1.0 + 1e-9
