"""The window is exact at the cursor, bounded, and steady at its far ends while someone types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.context.window import LEFT_CHARACTERS, RIGHT_CHARACTERS, around, window
from unmask_lsp.text.documents import Snapshot

FILE = "".join(f"def f{index}(x):\n    return x + {index}\n\n\n" for index in range(1000))


def snapshot(text: str, cursor: int, language: str = "python", uri: str = "") -> Snapshot:
    return Snapshot(
        uri=uri, version=1, language=language, text=text, cursor=cursor, line=0, line_start=0
    )


@given(
    st.text("ab\r\n (\"'\ufeff\x0c\ud800", max_size=60),
    st.data(),
    st.sampled_from(["python", "go", ""]),
)
def test_any_text_has_a_window_that_meets_at_the_cursor(
    text: str, data: st.DataObject, language: str
) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    view = window(snapshot(text, cursor, language))
    assert around(text, cursor) == (text[:cursor], text[cursor:])
    assert "\r" not in view.left + view.right


def test_half_a_character_is_a_question_mark_and_moves_nothing() -> None:
    """An engine refuses what is no text, and would for each request of such a file."""
    text = "x = '\ud83d'\ny = "
    view = window(snapshot(text, len(text)))
    assert view.left == "x = '?'\ny = "
    view.left.encode()


@pytest.mark.parametrize("cursor", [0, 5, 5_999, 6_001, 20_000, len(FILE) - 1, len(FILE)])
def test_a_window_is_bounded_and_touches_the_cursor(cursor: int) -> None:
    left, right = around(FILE, cursor)
    assert FILE[:cursor].endswith(left)
    assert FILE[cursor:].startswith(right)
    assert min(cursor, LEFT_CHARACTERS // 2) <= len(left) <= LEFT_CHARACTERS
    assert len(right) <= RIGHT_CHARACTERS


def test_a_cut_window_starts_with_an_outermost_statement_and_ends_with_a_line() -> None:
    left, right = around(FILE, 20_000)
    assert left.startswith("def ")
    assert right.endswith("\n")


def test_typing_moves_the_far_ends_of_the_window_rarely() -> None:
    cursor, typed = 20_000, "result = compute(x)\n" * 50
    starts, ends = set(), set()
    for count in range(len(typed) + 1):
        text = FILE[:cursor] + typed[:count] + FILE[cursor:]
        left, right = around(text, cursor + count)
        starts.add(cursor + count - len(left))
        ends.add(len(text) - cursor - count - len(right))
    assert len(starts) <= 2
    assert len(ends) == 1


def test_a_file_of_one_endless_line_is_cut_anyway() -> None:
    left, right = around("x" * 100_000, 50_000)
    assert len(left) <= LEFT_CHARACTERS
    assert len(right) <= RIGHT_CHARACTERS


def test_a_language_without_an_id_is_known_by_its_file_name() -> None:
    assert window(snapshot("", 0, "", "file:///a%20b/c.PY")).language.id == "python"
    assert window(snapshot("", 0, "", "untitled:Untitled-1")).language.id == "plaintext"


def test_a_language_without_a_row_keeps_its_name() -> None:
    assert window(snapshot("", 0, "cobol", "untitled:Untitled-1")).language.id == "cobol"


def test_the_window_says_how_the_file_ends_its_lines() -> None:
    assert window(snapshot("a\r\nb\r\n", 1)).newline == "\r\n"
    assert window(snapshot("a\rb", 1)).newline == "\r"
    assert window(snapshot("ab", 1)).newline == "\n"
