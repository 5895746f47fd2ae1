"""The answer to "why?" tells all there is to tell, and none of the code."""

from dataclasses import replace

from unmask_lsp.context.context_budget import Taken
from unmask_lsp.context.window import window
from unmask_lsp.engine.status import State, Status
from unmask_lsp.settings import Spelling
from unmask_lsp.stats.explanation import explain
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.request import (
    Confidence,
    InfillRequest,
    InfillResult,
    Plan,
    Snippet,
    Span,
    StopReason,
)

SNAPSHOT = Snapshot(
    uri="file:///m.py", version=7, language="python", text="secret = ", cursor=9, line=0,
    line_start=0,
)  # fmt: skip
REQUEST = InfillRequest(
    left="secret = ",
    right="\n",
    budget_ms=300,
    max_lines=1,
    snippets=(Snippet(origin="lib/other.py", text="secret" * 10),),
)
RESULT = InfillResult(
    text="secret",
    stop_reason=StopReason.LINES,
    tokens=2,
    steps=3,
    forwards=4,
    confidence=(Confidence(span=Span(start=0, end=6), probability=0.25),),
    ms={"denoise": 80.0, "total": 90.0},
    plan=Plan(context_tokens=500, cached_tokens=490, places=16, passes=9),
    model="small",
)
DECLARED = Snippet(origin="lib/other.py", text="def secret()")
TAKEN = (
    Taken(source="signatures", snippets=(DECLARED, Snippet(origin="m.py", text="x")), ms=3.5),
    Taken(source="recent edits", snippets=(), ms=0.25),
    Taken(source="similar code", snippets=REQUEST.snippets, ms=1.0),
)
READY = Status(state=State.READY, model="small")


def full(outcome: Suggestion | SilenceReason) -> RequestTrace:
    return RequestTrace(
        snapshot=SNAPSHOT,
        outcome=outcome,
        view=window(SNAPSHOT),
        request=REQUEST,
        result=RESULT,
        least_score=0.35,
        ms={"context": 0.02, "window": 1.25, "engine": 95.0, "postprocess": 2.0},
        taken=TAKEN,
    )


def told_of(trace: RequestTrace | None, status: Status | None) -> str:
    """The page, as Markdown; its plain text must hold the same words."""
    page = explain(trace, status, Spelling.CAMEL)
    markdown, text = page.markdown(), page.text()
    marks = str.maketrans("", "", "#|-=` \n*")
    assert markdown.translate(marks) == text.translate(marks)
    return markdown


def test_it_says_why_nothing_was_shown_and_all_that_led_to_it() -> None:
    told = told_of(full(SilenceReason.UNSURE), READY)
    assert told.startswith(f"# Nothing was shown: {SilenceReason.UNSURE}\n")
    for words in (
        "line 1, version 7",
        "| place of the cursor | rest of line |",
        "| score | 0.25, at least 0.35 is shown |",
        "| answer | 2 tokens, ended by lines |",
        "| work | 3 steps, 4 passes |",
        "| context read | 500 tokens, 490 of them known |",
        "| this file, left of the cursor | 9 |",
        "| similar code: `lib/other.py` | 60 |",
        "| window | 1.2 |",
        "| engine: denoise | 80.0 |",
        "The engine of `small` now: ready.",
    ):
        assert words in told


def test_it_says_which_source_gave_which_snippet_and_what_each_of_them_cost() -> None:
    told = told_of(full(SilenceReason.UNSURE), READY)
    for words in (
        "| signatures: `lib/other.py` | 12 |",
        "| signatures: `m.py` | 1 |",
        "| similar code: `lib/other.py` | 60 |",
        "| context | 0.0 |",
        "| context: signatures, when it was chosen | 3.5 |",
        "| context: recent edits, when it was chosen | 0.2 |",
        "| context: similar code, when it was chosen | 1.0 |",
    ):
        assert words in told


def test_it_says_how_much_was_shown() -> None:
    shown = Suggestion(text="a\nb", start=9, end=9)
    assert told_of(full(shown), READY).startswith("# 3 characters on 2 lines were shown\n")
    again = told_of(RequestTrace(snapshot=SNAPSHOT, outcome=shown), READY)
    assert "the rest of what was shown before" in again
    assert "it was not asked" in again


def test_it_says_nothing_of_the_code() -> None:
    assert "secret" not in told_of(full(SilenceReason.UNSURE), READY)


def test_an_engine_that_failed_is_named() -> None:
    status = Status(state=State.PROBLEM, model="small", message="no memory")
    told = told_of(RequestTrace(snapshot=SNAPSHOT, outcome=SilenceReason.ENGINE), status)
    assert SilenceReason.ENGINE in told
    assert "now: problem: no memory." in told


def test_nothing_asked_is_nothing_to_explain() -> None:
    assert "Nothing was asked yet" in told_of(None, None)


def test_a_request_that_ran_out_of_time_says_which_settings_help() -> None:
    late = replace(RESULT, text="", stop_reason=StopReason.BUDGET, expected_ms=705.0)
    told = told_of(replace(full(SilenceReason.BUDGET), result=late), READY)
    assert "about 705 ms" in told
    assert "raise `unmask.budgetMs`" in told
    assert "smaller or faster `unmask.model`" in told


def test_plain_text_has_its_tables_in_columns() -> None:
    text = explain(full(SilenceReason.UNSURE), READY, Spelling.SNAKE).text()
    assert "|" not in text
    assert "place of the cursor  rest of line\n" in text
    assert "unmask.eagerness" in text


def test_a_block_that_stands_elsewhere_is_said_to() -> None:
    copied = replace(RESULT, remembered=2, copied_from="lib/orders.py:41")
    told = told_of(replace(full(SilenceReason.UNSURE), result=copied), READY)
    assert "| written before in the workspace | 2 of its tokens |" in told
    assert "| mostly | as in `lib/orders.py:41` |" in told
    assert "orders" not in told_of(full(SilenceReason.UNSURE), READY)
