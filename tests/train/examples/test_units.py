"""Units of syntax around a place."""

import pytest

from unmask_train.examples.units import units

TEXT = """# größe
def area(w, h):
    if w > 0:
        return size(w, [h])
    return "none"
"""


def around(marked: str, language: str = "python", most: int = 200) -> list[str]:
    """The units around the character behind the mark `|`."""
    text = marked.replace("|", "")
    return [text[unit.start : unit.end] for unit in units(text, language, marked.index("|"), most)]


def test_a_unit_is_what_the_language_has_a_name_for() -> None:
    found = around(TEXT.replace("w > 0", "w |> 0"))
    assert found[0] == "w > 0"
    assert "if w > 0:\n        return size(w, [h])" in found
    assert found.index("w > 0") < found.index("if w > 0:\n        return size(w, [h])")


def test_what_stands_in_brackets_is_a_unit_with_and_without_them() -> None:
    found = around(TEXT.replace("(w, [h])", "(w|, [h])"))
    assert {"w, [h]", "(w, [h])", "size(w, [h])"} <= set(found)


def test_what_stands_in_quotes_is_one_too() -> None:
    assert {"none", '"none"'} <= set(around(TEXT.replace("none", "no|ne")))


def test_a_body_is_one() -> None:
    found = around(TEXT.replace("if w", "if| w"))
    assert 'if w > 0:\n        return size(w, [h])\n    return "none"' in found


def test_nothing_longer_than_asked_for_is_one() -> None:
    assert all(len(unit) <= 10 for unit in around(TEXT.replace("w > 0", "w |> 0"), most=10))


def test_a_language_without_a_grammar_has_none() -> None:
    assert not around("a |b", "cobol")


@pytest.mark.parametrize(
    ("language", "marked", "unit"),
    [
        ("c", "int f(int a) { return |a; }", "return a;"),
        ("cpp", "int f(int a) { return |a; }", "{ return a; }"),
        ("go", "package p\nfunc f(a int) int { return |a }", "return a"),
        ("java", "class A { int f(int a) { return |a; } }", "return a;"),
        ("javascript", "function f(a) { return |a; }", "{ return a; }"),
        ("lua", "function f(a) return |a end", "return a"),
        ("rust", "fn f(a: i32) -> i32 { g(|a) }", "(a)"),
        ("typescript", "function f(a: number) { return |a; }", "return a;"),
    ],
)
def test_each_language_of_the_corpus_has_units(language: str, marked: str, unit: str) -> None:
    assert unit in around(marked, language)
