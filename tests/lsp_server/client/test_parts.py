"""Words and lines of a suggestion: each takes what is before it along, and none is left over."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from unmask_lsp.client.parts import line_ends, word_ends


def pieces(text: str, ends: tuple[int, ...]) -> list[str]:
    return [text[start:end] for start, end in zip((0, *ends), ends, strict=False)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("size = w * h", ["size", " =", " w", " *", " h"]),
        ("größe(漢字)", ["größe", "(", "漢字", ")"]),
        ("\n    return x  ", ["\n    return", " x  "]),
        ("  ", ["  "]),
        ("", []),
    ],
)
def test_a_word_takes_the_space_before_it_along(text: str, words: list[str]) -> None:
    assert pieces(text, word_ends(text)) == words


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("size\n    return size", ["size", "\n    return size"]),
        ("\n\nreturn x\r\nmore\n", ["\n\nreturn x", "\r\nmore\n"]),
        ("\n\n", ["\n\n"]),
    ],
)
def test_a_line_takes_the_blank_lines_before_it_along(text: str, lines: list[str]) -> None:
    assert pieces(text, line_ends(text)) == lines


@given(some.text())
def test_all_parts_together_are_the_whole(text: str) -> None:
    for ends in (word_ends(text), line_ends(text)):
        found = pieces(text, ends)
        assert "".join(found) == text
        assert all(found)
