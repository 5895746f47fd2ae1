"""What holds for every suggestion; the single rules are golden cases under tests/cases."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.context.window import window
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot

SOURCES = st.text("if x:(\n\t )]\"'#\r=1é", max_size=40)
LANGUAGES = st.sampled_from(["python", "javascript", "lua", "yaml", "plaintext"])


def suggested(source: str, cursor: int, block: str, language: str) -> Suggestion | SilenceReason:
    snapshot = Snapshot(
        uri="", version=1, language=language, text=source, cursor=cursor, line=0, line_start=0
    )
    return suggest(block, window(snapshot), cursor=cursor)


@given(SOURCES, st.data(), SOURCES, LANGUAGES)
def test_any_block_at_any_place_is_a_suggestion_at_the_cursor_or_a_reason(
    source: str, data: st.DataObject, block: str, language: str
) -> None:
    cursor = data.draw(st.integers(0, len(source)))
    outcome = suggested(source, cursor, block, language)
    if isinstance(outcome, Suggestion):
        assert outcome.start == outcome.end == cursor
        assert outcome.text.strip()


def test_a_suggestion_keeps_to_the_line_ends_of_its_file() -> None:
    outcome = suggested("def f():\r\n    ", 14, "a = 1\n    b = 2", "python")
    assert isinstance(outcome, Suggestion)
    assert outcome.text == "a = 1\r\n    b = 2"


def test_every_reason_is_a_sentence_for_people() -> None:
    assert all(" " in reason for reason in SilenceReason)


def test_brackets_may_be_nested_deeper_than_functions_can() -> None:
    source = "(" * 3000
    outcome = suggested(f"x = {source}\n", 4 + len(source), "1" + ")" * 10, "python")
    assert isinstance(outcome, Suggestion)


def test_where_nobody_goes_on_writing_nothing_is_left_unfinished() -> None:
    left, block = "function f(a) {\n  ", "const b = a;\n  if (b) {"
    snapshot = Snapshot(
        uri="",
        version=1,
        language="javascript",
        text=f"{left}\n}}\n",
        cursor=len(left),
        line=0,
        line_start=0,
    )
    typed = suggest(block, window(snapshot), cursor=len(left))
    filled = suggest(block, replace(window(snapshot), final=True), cursor=len(left))
    assert isinstance(typed, Suggestion)
    assert isinstance(filled, Suggestion)
    assert (typed.text, filled.text) == (block, "const b = a;")
