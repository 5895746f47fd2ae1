"""How much is asked for, and where nothing is."""

import pytest

from unmask_lsp.context.window import ContextWindow, window
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.show_policy import LEAST_SCORE, is_inside_word, most_lines
from unmask_lsp.text.documents import Snapshot


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
