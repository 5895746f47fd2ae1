"""The engine on the scripted model: blocks, snapshots, candidates, limits."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import EngineBusy, RequestInvalid
from unmask_model.protocol.request import (
    BlockSnapshot,
    InfillRequest,
    InfillResult,
    Rewrite,
    Snippet,
    Span,
    StopReason,
)

Ask = Callable[[Engine, InfillRequest], InfillResult]
VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n")
LONG = InfillRequest(left="long = [", right="\n")
LIST = "\n    1,\n    2,\n    3,\n    4,\n    5,\n    6,\n    7,\n    8,\n]"


def test_the_answer_is_what_belongs_between_left_and_right(engine: Engine, ask: Ask) -> None:
    result = ask(engine, VALUE)
    assert result.text == "x + 1"
    assert result.stop_reason is StopReason.END
    assert result.model == "scripted"


def test_a_request_without_any_text_is_answered(engine: Engine, ask: Ask) -> None:
    assert ask(engine, InfillRequest(left="", right="")).text == "pass"


def test_an_answer_says_what_it_cost(engine: Engine, ask: Ask) -> None:
    result = ask(engine, VALUE)
    assert set(result.ms) == {"queue", "tokenize", "context", "denoise", "total", "cpu"}
    assert result.forwards == result.steps > 0
    assert result.plan is not None
    assert result.plan.places == 24
    assert result.plan.passes == 0


def test_confidence_has_one_entry_a_token_and_its_spans_make_up_the_text(
    engine: Engine, ask: Ask
) -> None:
    result = ask(engine, InfillRequest(left="greeting = ", right=""))
    assert result.text == '"grüße, 🌍"'
    assert len(result.confidence) == result.tokens
    pieces = [result.text[entry.span.start : entry.span.end] for entry in result.confidence]
    assert "".join(pieces) == result.text
    assert all(0 < entry.probability <= 1 for entry in result.confidence)


def test_every_snapshot_is_a_whole_block_and_fewer_places_are_masked_each_time(
    engine: Engine,
) -> None:
    *snapshots, result = engine.fill(VALUE)
    assert isinstance(result, InfillResult)
    assert snapshots
    masked = [one.masked for one in snapshots if isinstance(one, BlockSnapshot)]
    assert masked == sorted(masked, reverse=True)
    assert all(one.text for one in snapshots)


def test_a_hole_longer_than_a_canvas_is_filled_block_after_block(engine: Engine, ask: Ask) -> None:
    result = ask(engine, LONG)
    assert result.text == LIST
    assert result.tokens > 24
    assert result.forwards > result.steps  # each finished block was read once


@pytest.mark.parametrize("lines", range(1, 10))
def test_an_answer_has_at_most_the_lines_that_were_asked_for(
    engine: Engine, ask: Ask, lines: int
) -> None:
    result = ask(engine, replace(LONG, max_lines=lines))
    assert result.text == "\n".join(LIST.split("\n")[:lines])
    assert result.stop_reason is StopReason.LINES


@pytest.mark.parametrize("tokens", [1, 3, 23, 24, 25, 40])
def test_an_answer_has_at_most_the_tokens_that_were_asked_for(
    engine: Engine, ask: Ask, tokens: int
) -> None:
    result = ask(engine, replace(LONG, max_tokens=tokens))
    assert result.tokens == max(0, tokens - 2)  # the typed ` [` took two
    assert LIST.startswith(result.text)
    assert result.stop_reason is StopReason.LENGTH


@pytest.mark.parametrize("tokens", range(1, 14))
def test_an_answer_never_ends_with_half_a_character(engine: Engine, ask: Ask, tokens: int) -> None:
    """Each umlaut is two tokens, the globe four."""
    result = ask(engine, InfillRequest(left="greeting = ", right="", max_tokens=tokens))
    assert '"grüße, 🌍"'.startswith(result.text)
    assert "".join(result.text[e.span.start : e.span.end] for e in result.confidence) == result.text


def test_a_rewrite_without_anything_to_redo_costs_no_pass(engine: Engine, ask: Ask) -> None:
    result = ask(engine, replace(VALUE, rewrite=Rewrite(text="y + 2")))
    assert result.text == "y + 2"
    assert result.forwards == 0


def test_only_what_touches_a_span_to_redo_is_thought_about_again(engine: Engine, ask: Ask) -> None:
    rewrite = Rewrite(text="x + 9", redo=(Span(start=4, end=5),))
    result = ask(engine, replace(VALUE, rewrite=rewrite))
    assert result.text == "x + 1"
    assert result.forwards == 1


def test_what_is_kept_of_a_rewrite_is_never_thrown_away_by_an_early_end(
    engine: Engine, ask: Ask
) -> None:
    rewrite = Rewrite(text="x + 1 + long + tail", redo=(Span(start=6, end=7),))
    result = ask(engine, replace(VALUE, rewrite=rewrite))
    assert result.text.startswith("x + 1 ")
    assert result.text.endswith(" long + tail")


def test_a_rewrite_longer_than_a_canvas_is_kept_whole(engine: Engine, ask: Ask) -> None:
    rewrite = Rewrite(text=LIST.replace("1", "9"), redo=(Span(start=5, end=6),))
    assert ask(engine, replace(LONG, rewrite=rewrite)).text == LIST


def test_candidates_differ_from_each_other_and_share_every_pass(engine: Engine, ask: Ask) -> None:
    alone = ask(engine, VALUE)
    result = ask(engine, replace(VALUE, candidates=4, seed=3))
    assert result.text == alone.text
    texts = [result.text, *result.alternatives]
    assert len(texts) == len(set(texts))
    assert result.forwards < 4 * alone.forwards


def test_no_snapshot_is_made_for_whoever_wants_none(engine: Engine) -> None:
    assert len(list(engine.fill(LONG))) > 1
    (result,) = engine.fill(replace(LONG, stream=False))
    assert isinstance(result, InfillResult)
    assert result.text == LIST


def test_typing_reads_only_what_is_new(engine: Engine, ask: Ask) -> None:
    left = "import os\n" * 20 + "def f(x):\n    value = "
    cold = ask(engine, InfillRequest(left=left, right="", document="a"))
    warm = ask(engine, InfillRequest(left=left + "x * ", right="", document="a"))
    assert cold.plan is not None
    assert warm.plan is not None
    assert cold.plan.cached_tokens == 0
    assert warm.plan.cached_tokens >= cold.plan.context_tokens - 2


def test_snippets_are_read_before_everything_else(script: Script, ask: Ask) -> None:
    rule = replace(script.rules[0], left_ends_with="helper = ", answer="1")
    model = Scripted(replace(script, rules=(rule,)))
    snippet = Snippet(origin="a.py", text="helper = 2")
    request = InfillRequest(left="helper = ", right="", snippets=(snippet,))
    result = ask(Engine(model), request)
    bare = ask(Engine(model), replace(request, snippets=()))
    assert result.plan is not None
    assert bare.plan is not None
    assert result.plan.context_tokens > bare.plan.context_tokens


def test_requests_of_several_documents_share_their_passes(engine: Engine) -> None:
    results: list[object] = []
    for name in "abc":
        engine.submit(replace(LONG, document=name), results.append)
    steps = 0
    while engine.step():
        steps += 1
    texts = [result.text for result in results if isinstance(result, InfillResult)]
    assert texts == [LIST] * 3
    alone = list(engine.fill(replace(LONG, document="d")))[-1]
    assert isinstance(alone, InfillResult)
    assert steps < 2 * alone.forwards + 12


def test_a_newer_request_of_a_document_takes_the_place_of_an_older_one(engine: Engine) -> None:
    older: list[object] = []
    newer: list[object] = []
    engine.submit(replace(VALUE, document="a"), older.append)
    engine.submit(replace(LONG, document="b"), lambda event: None)
    engine.step()
    engine.submit(replace(VALUE, document="a"), newer.append)
    last = older[-1]
    assert isinstance(last, InfillResult)
    assert last.stop_reason is StopReason.SUPERSEDED
    assert last.text == ""
    while engine.step():
        pass
    result = newer[-1]
    assert isinstance(result, InfillResult)
    assert result.text == "x + 1"


def test_requests_without_a_document_never_supersede_each_other(engine: Engine) -> None:
    events: list[object] = []
    engine.submit(VALUE, events.append)
    engine.submit(VALUE, events.append)
    while engine.step():
        pass
    ends = [event.stop_reason for event in events if isinstance(event, InfillResult)]
    assert ends == [StopReason.END, StopReason.END]


def test_an_engine_that_has_enough_to_do_says_so(script: Script) -> None:
    engine = Engine(Scripted(script), options=EngineOptions(requests=2))
    for name in "ab":
        engine.submit(replace(VALUE, document=name), lambda event: None)
    with pytest.raises(EngineBusy, match="2 requests"):
        engine.submit(replace(VALUE, document="c"), lambda event: None)
    engine.submit(replace(VALUE, document="a"), lambda event: None)


@pytest.mark.parametrize(
    "request_",
    [
        replace(VALUE, candidates=0),
        replace(VALUE, max_tokens=0),
        replace(VALUE, max_lines=-1),
        replace(VALUE, budget_ms=-1.0),
        replace(VALUE, budget_ms=float("nan")),
        replace(VALUE, sampler="best"),
        replace(VALUE, seed=-1),
        replace(VALUE, left="x" * 5_000_000),
        replace(VALUE, left="half an emoji \ud83c"),
        replace(VALUE, snippets=(Snippet(origin="\udcff.py", text=""),)),
        replace(VALUE, document="\udcff.py"),
        replace(VALUE, rewrite=Rewrite(text="ab", redo=(Span(start=1, end=3),))),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_one_line(
    engine: Engine, request_: InfillRequest
) -> None:
    with pytest.raises(RequestInvalid) as error:
        next(engine.fill(request_))
    assert "\n" not in str(error.value)
    assert not engine.busy


def test_a_sampler_that_sees_all_places_has_a_whole_block_at_the_deadline(
    slow_engine: Engine, ask: Ask
) -> None:
    """A pass takes 50 ms, and five of them commit a part of the list."""
    request = InfillRequest(left="long = [", right="\n", budget_ms=320, sampler="confidence")
    result = ask(slow_engine, request)
    assert result.stop_reason is StopReason.BUDGET
    assert result.text.count("\n") > 3
    assert result.ms["total"] <= 320


@pytest.mark.parametrize("sampler", ["autoregressive", "verify", "verify:lookahead=0"])
def test_a_sampler_that_goes_from_left_to_right_gives_what_it_checked_by_the_deadline(
    slow_engine: Engine, ask: Ask, sampler: str
) -> None:
    request = InfillRequest(left="long = [", right="\n", budget_ms=320, sampler=sampler)
    result = ask(slow_engine, request)
    whole = ask(slow_engine, replace(request, budget_ms=0))
    assert result.stop_reason is StopReason.BUDGET
    assert result.text
    assert whole.text.startswith(result.text)
    assert result.ms["total"] <= 320


class FillsNoMasks(Scripted):
    """As a base without an adapter."""

    parallel = False


@pytest.mark.parametrize("sampler", ["", "verify", "confidence", "fixed"])
def test_a_model_that_fills_no_masks_refuses_samplers_that_need_it(
    ask: Ask, script: Script, sampler: str
) -> None:
    engine = Engine(FillsNoMasks(script))
    with pytest.raises(RequestInvalid, match="choose `autoregressive`"):
        ask(engine, replace(VALUE, sampler=sampler))
    assert ask(engine, replace(VALUE, sampler="autoregressive")).text == "x + 1"


def test_requests_without_a_document_go_on_with_what_one_before_them_read(
    engine: Engine, ask: Ask
) -> None:
    left = "import os\n" * 20 + "def f(x):\n    value = "
    cold = ask(engine, InfillRequest(left=left, right=""))
    warm = ask(engine, InfillRequest(left=left + "x * ", right=""))
    other = ask(engine, InfillRequest(left="package main\n" * 20, right=""))
    assert cold.plan
    assert warm.plan
    assert other.plan
    assert warm.plan.cached_tokens >= cold.plan.context_tokens - 2
    assert other.plan.cached_tokens == 0


def test_two_requests_without_a_document_never_use_the_same_context(engine: Engine) -> None:
    """The first is still writing behind the context that the second would go on with."""
    events: list[object] = []
    engine.submit(LONG, events.append)
    while not events:
        engine.step()
    engine.submit(replace(LONG, left=LONG.left + "\n    1,"), events.append)
    while engine.step():
        pass
    plans = [event.plan for event in events if isinstance(event, InfillResult)]
    assert [plan.cached_tokens for plan in plans if plan] == [0, 0]


def test_requests_that_share_no_passes_get_the_same_answers(script: Script) -> None:
    engine = Engine(Scripted(script), options=EngineOptions(share_passes=False))
    ends: list[object] = []
    for name in "ab":
        engine.submit(replace(LONG, document=name), ends.append)
    while engine.step():
        pass
    assert [end.text for end in ends if isinstance(end, InfillResult)] == [LIST] * 2
