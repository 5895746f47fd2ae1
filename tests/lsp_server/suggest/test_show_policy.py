"""How much is asked for, where nothing is, and what the model is not sure enough of."""

import pytest

from unmask_lsp.context.window import ContextWindow, window
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.show_policy import LEAST_SCORE, is_inside_word, most_lines, sure_enough
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.request import Confidence, InfillResult, Span, StopReason


def at(marked: str) -> ContextWindow:
    left, right = marked.split("‸")
    return window(
        Snapshot(
            uri="",
            version=1,
            language="python",
            text=left + right,
            cursor=len(left),
            line=left.count("\n"),
            line_start=left.rfind("\n") + 1,
        )
    )


@pytest.mark.parametrize(
    ("place", "quiet", "eager"),
    [
        ("def f():\n    ‸\n", 12, 12),  # an empty body
        ("x = 1\n‸\n", 12, 12),  # a line of its own
        ("def f():‸\n", 12, 12),  # a line that opens a body
        ("x = ‸\n", 1, 12),
        ("x = ‸ + y\n", 1, 1),
    ],
)
def test_a_line_of_its_own_gets_a_block_and_code_gets_a_line(
    place: str, quiet: int, eager: int
) -> None:
    lines = {eagerness: most_lines(at(place), eagerness, 12) for eagerness in Eagerness}
    assert lines[Eagerness.QUIET] == lines[Eagerness.NORMAL] == quiet
    assert lines[Eagerness.EAGER] == lines[Eagerness.MANUAL] == eager


@pytest.mark.parametrize(
    ("place", "inside"),
    [("re‸turn", True), ("a_‸9", True), ("retu‸", False), ("‸x", False), ("f(‸x)", False)],
)
def test_a_word_that_goes_on_at_both_sides_is_known(place: str, inside: bool) -> None:
    assert is_inside_word(at(place)) is inside


def test_the_quieter_the_surer_the_model_must_be() -> None:
    least = [LEAST_SCORE[eagerness] for eagerness in Eagerness]
    assert least == sorted(least, reverse=True)
    assert LEAST_SCORE[Eagerness.MANUAL] == 0


@pytest.mark.parametrize(
    ("least", "shown"),
    [
        (0.0, "y = x\n    z = y"),
        (0.2, "y = x\n    z = y"),
        (0.6, "y = x"),
        (0.9, None),
    ],
)
def test_what_the_model_is_not_sure_enough_of_is_hidden_from_its_first_line_on(
    least: float, shown: str | None
) -> None:
    """The model is sure of the first line with 0.8, of the second one with 0.3."""
    window = at("def f(x):\n    ‸\n")
    text, end = "y = x\n    z = y", len("y = x\n")
    confidence = (
        Confidence(span=Span(start=0, end=end), probability=0.8),
        Confidence(span=Span(start=end, end=len(text)), probability=0.3),
    )
    result = InfillResult(
        text=text, stop_reason=StopReason.END, confidence=confidence, steps=1, forwards=1
    )
    found = sure_enough(result, window, cursor=14, max_lines=12, least_score=least)
    expected = Suggestion(text=shown, start=14, end=14) if shown else SilenceReason.UNSURE
    assert found == expected


def test_what_does_not_fit_is_not_hidden_for_being_unsure() -> None:
    """The reason why nothing is shown is the first one: there was nothing to be sure of."""
    empty = InfillResult(text="", stop_reason=StopReason.END, steps=1, forwards=1)
    found = sure_enough(empty, at("x = ‸\n"), cursor=4, max_lines=1, least_score=0.9)
    assert found is SilenceReason.EMPTY
