"""Where the next suggestion would be, and when there is time to find it."""

import os

import pytest

from unmask_lsp.suggest.prefetch import accepted, is_idle
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot


def test_an_accepted_suggestion_is_in_the_text_with_the_cursor_behind_it() -> None:
    before = Snapshot(
        uri="file:///m",
        version=3,
        language="",
        text="a\r\nx = )\r\n",
        cursor=7,
        line=1,
        line_start=3,
    )
    after = accepted(before, Suggestion(text="f(\r\n)", start=7, end=8))
    assert after.text == "a\r\nx = f(\r\n)\r\n"
    assert (after.cursor, after.line, after.line_start) == (12, 2, 11)
    assert after.version == 3


@pytest.mark.parametrize(("load", "idle"), [(0.2, True), (1.9, True), (2.0, False), (7.5, False)])
def test_a_machine_is_idle_when_a_processor_has_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch, load: float, idle: bool
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 9.0, 9.0), raising=False)
    assert is_idle() is idle


def test_where_nobody_counts_the_machine_is_taken_to_be_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "getloadavg", raising=False)
    assert is_idle()
