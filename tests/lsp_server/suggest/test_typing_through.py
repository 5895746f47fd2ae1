"""Typing through, as text: `‸` is the cursor, `{…}` what a suggestion puts there or replaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.suggest.typing_through import REMEMBERED, Shown
from unmask_lsp.text.documents import Snapshot

URI = "file:///m"


def at(marked: str, uri: str = URI) -> Snapshot:
    left, right = marked.split("‸")
    line_start = left.rfind("\n") + 1
    return Snapshot(
        uri=uri,
        version=1,
        language="python",
        text=left + right,
        cursor=len(left),
        line=left.count("\n"),
        line_start=line_start,
    )


def rest(shown_at: str, text: str, now: str, replaces: int = 0) -> tuple[str, str] | None:
    """What is left of a suggestion: the text, and what it replaces."""
    shown, before, after = Shown(), at(shown_at), at(now)
    shown.keep(before, Suggestion(text=text, start=before.cursor, end=before.cursor + replaces))
    left = shown.rest(after)
    if left is None:
        return None
    assert left.start == after.cursor
    return left.text, after.text[left.start : left.end]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("x = ‸\n", "total(a, b)"),
        ("x = to‸\n", "tal(a, b)"),
        ("x = total(a, ‸\n", "b)"),
        ("x = total(a, b‸\n", ")"),
    ],
)
def test_what_is_left_of_it_stays_while_it_is_typed(now: str, left: str) -> None:
    assert rest("x = ‸\n", "total(a, b)", now) == (left, "")


@pytest.mark.parametrize(
    "now",
    [
        "x = tx‸\n",  # something else was typed
        "x = total(a, b)‸\n",  # all of it was typed
        "x ‸= \n",  # the cursor is elsewhere
        "x =‸\n",  # too much was taken back
        "y = to‸\n",  # the text on the left is another
        "x = to‸\ny\n",  # the text on the right is another
        "x = to‸ + 1\n",
    ],
)
def test_it_is_gone_once_the_text_is_another(now: str) -> None:
    assert rest("x = ‸\n", "total(a, b)", now) is None


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("f(a, b)", "x = f(‸)\n", ("a, b", "")),
        ("f([a], b)", "x = f([‸])\n", ("a], b)", "])")),
        ('get("k")', 'x = get("‸")\n', ("k", "")),
        ("f(a) + g", "x = f(‸)\n", ("a) + g", ")")),
        ("f(a)", "x = f(a)‸\n", None),
        ("{\n    a,\n}", "x = {\n    ‸\n}\n", ("a,", "")),
        ("f(\n    a,\n)\ng", "x = f(‸)\n", ("\n    a,\n)\ng", ")")),
        ("a + b", "x = a‸)\n", None),
    ],
)
def test_brackets_and_quotes_that_the_editor_closed_are_not_doubled(
    text: str, now: str, expected: tuple[str, str] | None
) -> None:
    assert rest("x = ‸\n", text, now) == expected


def test_lines_may_be_accepted_one_by_one() -> None:
    text = "a = 1\r\n    b = 2"
    assert rest("if x:\r\n    ‸", text, "if x:\r\n    a = 1\r\n    ‸") == ("b = 2", "")


def test_what_it_replaces_is_still_replaced() -> None:
    assert rest("f(‸)\n", "a, b)", "f(a‸)\n", replaces=1) == (", b)", ")")


def test_what_is_far_away_and_unseen_does_not_matter() -> None:
    far = "# far away\n" * 1000
    assert rest(f"{far}x = ‸\n", "42", f"#{far[1:]}x = 4‸\n") == ("2", "")


def test_the_newest_that_fits_is_taken_and_few_are_kept() -> None:
    shown = Shown()
    for text in ("old", "other", *(f"new{number}" for number in range(REMEMBERED - 1))):
        shown.keep(at("‸"), Suggestion(text=text, start=0, end=0))
    assert shown.rest(at("‸")) == Suggestion(text=f"new{REMEMBERED - 2}", start=0, end=0)
    assert shown.rest(at("oth‸")) == Suggestion(text="er", start=3, end=3)
    assert shown.rest(at("ol‸")) is None


def test_documents_are_apart_and_can_be_forgotten() -> None:
    shown = Shown()
    shown.keep(at("‸"), Suggestion(text="a", start=0, end=0))
    assert shown.rest(at("‸", uri="file:///other")) is None
    shown.forget("file:///other")
    shown.forget(URI)
    assert shown.rest(at("‸")) is None


@given(
    left=st.text(max_size=20),
    right=st.text(max_size=20),
    text=st.text(max_size=20),
    typed=st.data(),
)
def test_typing_any_part_leaves_exactly_the_proposed_file(
    left: str, right: str, text: str, typed: st.DataObject
) -> None:
    shown, start = Shown(), len(left)
    before = Snapshot(
        uri=URI, version=1, language="", text=left + right, cursor=start, line=0, line_start=0
    )
    shown.keep(before, Suggestion(text=text, start=start, end=start))
    head = text[: typed.draw(st.integers(0, len(text)))]
    now = left + head + right
    after = Snapshot(
        uri=URI, version=2, language="", text=now, cursor=start + len(head), line=0, line_start=0
    )
    found = shown.rest(after)
    assert (found is None) == (not text[len(head) :].strip())
    if found:
        assert now[: found.start] + found.text + now[found.end :] == left + text + right


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("x = ‸\ny\n", "total(a, b)"),
        ("x = to‸ + 1\n", "tal(a, b)"),
        ("x = total(‸", "a, b)"),
        ("x = tx‸\ny\n", ""),
        ("y = to‸\ny\n", ""),
        ("x = total(a, b)‸\ny\n", ""),
        ("x ‸= \ny\n", ""),
    ],
)
def test_of_a_suggestion_for_another_right_side_the_rest_is_known(now: str, left: str) -> None:
    shown, before = Shown(), at("x = ‸\n")
    assert shown.outdated(before) == ""
    shown.keep(before, Suggestion(text="total(a, b)", start=4, end=4))
    assert shown.outdated(at(now)) == left


def test_what_took_the_place_of_other_text_is_not_checked_again() -> None:
    shown, before = Shown(), at("x = ‸)\n")
    shown.keep(before, Suggestion(text="f())", start=4, end=5))
    assert shown.outdated(at("x = ‸\ny\n")) == ""
