import pytest

from unmask_lsp.text.indentation import depth, evident_unit, is_mixed, unit_of, with_unit


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


def test_the_white_space_at_the_cursor_counts_before_the_file() -> None:
    assert evident_unit("int f()\n{\n\t", "\n}\n    a\n    b\n") == "\t"
    assert evident_unit("function f() {\n  ", "\n}\n") == "  "


def test_a_text_that_is_not_indented_shows_nothing() -> None:
    assert evident_unit("a\nb\n", "c\n") == ""
    assert unit_of("a\nb\n") == "    "


def test_tabs_and_spaces_are_mixed_where_both_are_no_slip() -> None:
    assert is_mixed("  {\n\tf();\n  }\n")
    assert not is_mixed("\tf();\n" * 20 + "  g();\n")
