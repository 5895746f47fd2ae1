import pytest

from unmask_lsp.text.indentation import depth, unit_of, with_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "    "),
        ("a\nb\n", "    "),
        ("if a:\n  b\n  if c:\n    d\n", "  "),
        ("if a:\n    b\n    if c:\n        d\n", "    "),
        ("if a:\n\tb\n", "\t"),
        ("f(a,\n            b)\nif a:\n  b\n", "  "),
    ],
)
def test_the_unit_of_indentation_is_what_the_text_mostly_uses(text: str, unit: str) -> None:
    assert unit_of(text) == unit


def test_a_tab_reaches_the_next_multiple_of_eight() -> None:
    assert depth("\tx") == depth("   \tx") == 8


def test_what_is_indented_with_tabs_already_stays() -> None:
    assert with_unit("a\n\tb", "\t", first=True) == "a\n\tb"


def test_columns_that_are_no_level_stay_spaces() -> None:
    assert with_unit("if a:\n    b\n    f(c,\n      d)", "\t", first=True) == (
        "if a:\n\tb\n\tf(c,\n\t  d)"
    )
