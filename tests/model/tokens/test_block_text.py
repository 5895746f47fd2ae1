"""From ids to what is shown."""

from itertools import pairwise

import pytest

from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.protocol.request import Span
from unmask_model.tokens.block_text import confidences, finished, shown, token_spans
from unmask_model.tokens.vocabulary import Vocabulary

VOCABULARY = Vocabulary(byte_tokenizer(), END)


@pytest.mark.parametrize(
    ("text", "typed", "lines", "expected"),
    [
        ("return x", "retu", 0, "rn x"),
        ("other", "retu", 0, ""),
        ("a\nb\nc", "", 2, "a\nb"),
        ("a\nb", "", 2, "a\nb"),
        ("a\r\nb\r\nc", "", 1, "a"),
        ("a\u2028b\x0cc\nd", "", 1, "a\u2028b\x0cc"),
        ("\nx", "", 1, ""),
        ("", "", 1, ""),
        ("gr\ufffd\ufffd", "", 0, "gr"),
    ],
)
def test_what_was_typed_and_lines_too_many_are_not_shown(
    text: str, typed: str, lines: int, expected: str
) -> None:
    assert shown(text, typed, lines) == expected


@pytest.mark.parametrize("text", ["return x", "grüße 🌍!", ""])
def test_the_spans_of_tokens_follow_each_other_and_make_up_the_text(text: str) -> None:
    spans = token_spans(VOCABULARY.encode(text), VOCABULARY)
    assert "".join(text[span.start : span.end] for span in spans) == text
    assert all(one.end == other.start for one, other in pairwise(spans))


def test_confidence_is_told_of_shown_text_only() -> None:
    spans = [Span(start=0, end=2), Span(start=2, end=6), Span(start=6, end=9)]
    found = confidences(spans, [0.1, 0.2, 0.3], typed="abc", text="defg")
    assert [(one.span.start, one.span.end, one.probability) for one in found] == [
        (0, 3, 0.2),
        (3, 4, 0.3),
    ]


@pytest.mark.parametrize("half", ["", "\r", "\ufffd", "\ufffd\ufffd"])
def test_half_a_character_at_the_end_is_not_finished(half: str) -> None:
    assert finished(f"a\r\nb{half}") == "a\r\nb"
