"""A block to start from: what of it stays, what is thought about again, what is only checked."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.rewrite_ids import RewriteIds
from unmask_model.decoding.samplers import SAMPLERS
from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.families.denoiser import Pass
from unmask_model.families.scripted.script import Rule, Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import InfillRequest, InfillResult, Rewrite, Span, StopReason
from unmask_model.tokens.vocabulary import Vocabulary

Ask = Callable[[Engine, InfillRequest], InfillResult]
VOCABULARY = Vocabulary(byte_tokenizer(), END)
REQUEST = InfillRequest(left="x = ", right="\n")


def redone(text: str, *spans: tuple[int, int]) -> Rewrite:
    return Rewrite(text=text, redo=tuple(Span(start=start, end=end) for start, end in spans))


def known(rewrite: RewriteIds) -> list[str | None]:
    return [None if i is None else VOCABULARY.decode([i]) for i in rewrite.ids]


def engine_of(*answers: str, sampler: str = "verify", block: int = 24) -> Engine:
    rules = tuple(Rule(left_ends_with="x = ", answer=each) for each in answers)
    model = Scripted(Script(rules=rules, default="", block=block))
    # Time stands still: rows cost nothing, and no plan depends on how busy the machine is.
    return Engine(model, options=EngineOptions(sampler=sampler), clock=lambda: 0.0)


def test_tokens_that_touch_a_span_are_to_be_found_and_an_end_closes_the_rewrite() -> None:
    rewrite = RewriteIds.of(redone("a + b", (2, 3)), "", VOCABULARY)
    assert known(rewrite) == ["a", " ", None, " ", "b", END]
    assert rewrite.barred() == {2: VOCABULARY.encode("+")[0]}
    assert rewrite.last_kept(VOCABULARY.end) == 4


def test_a_rewrite_whose_last_token_is_to_be_found_may_end_anywhere() -> None:
    rewrite = RewriteIds.of(redone("a + b", (4, 5)), "", VOCABULARY)
    assert known(rewrite) == ["a", " ", "+", " ", None]


def test_an_empty_span_redoes_nothing() -> None:
    assert None not in RewriteIds.of(redone("a + b", (2, 2)), "", VOCABULARY).ids


@pytest.mark.parametrize("text", ["a +", ""])
def test_a_span_at_the_very_end_bars_the_end_there(text: str) -> None:
    rewrite = RewriteIds.of(redone(text, (len(text), len(text))), "", VOCABULARY)
    assert known(rewrite) == [*text, None]
    assert rewrite.barred() == {len(text): VOCABULARY.end}


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("text", ["a +", "a + b", ""])
def test_a_block_that_ended_too_early_goes_on(sampler: str, text: str, ask: Ask) -> None:
    rewrite = redone(text, (len(text), len(text)))
    request = replace(REQUEST, rewrite=rewrite, sampler=sampler)
    result = ask(engine_of(text, "a + b + c"), request)
    assert (result.text, result.stop_reason) == ("a + b + c", StopReason.END)


def test_a_block_that_fills_its_canvas_goes_on_with_the_next_one(ask: Ask) -> None:
    rewrite = redone("a + b", (5, 5))
    result = ask(engine_of("a + b", "a + b + c", block=5), replace(REQUEST, rewrite=rewrite))
    assert result.text == "a + b + c"


def test_what_is_typed_comes_before_a_rewrite_and_stays() -> None:
    rewrite = RewriteIds.of(redone("rn x", (3, 4)), "retu", VOCABULARY)
    assert known(rewrite) == ["return", " ", None]


def test_a_rewrite_is_split_where_a_canvas_is_full() -> None:
    first, rest = RewriteIds.of(redone("abcd", (1, 3)), "", VOCABULARY).split(2)
    assert (known(first), known(rest)) == (["a", None], [None, "d", END])
    assert first.barred().keys() == {1}


def test_what_is_checked_stands_at_open_places() -> None:
    rewrite = RewriteIds.of(Rewrite(text="ab", check=True), "", VOCABULARY)
    canvas = Canvas.blank(4, VOCABULARY.end)
    rewrite.write(canvas)
    assert bool(canvas.masked.all())
    assert canvas.ids.tolist() == [*VOCABULARY.encode("ab"), VOCABULARY.end, VOCABULARY.end]
    assert rewrite.barred() == {}


def test_what_stays_is_as_sure_as_is_said() -> None:
    canvas = Canvas.blank(3, 0)
    RewriteIds(ids=(5, 6, None), sure=(0.5,)).write(canvas)
    assert canvas.confidence.tolist() == [0.5, 1.0, 0.0]
    assert canvas.masked.tolist() == [False, False, True]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_whatever_samples_what_is_to_stay_stays(sampler: str, ask: Ask) -> None:
    request = replace(REQUEST, rewrite=redone("a * bb / c", (2, 3), (7, 8)), sampler=sampler)
    result = ask(engine_of("a + bb - c"), request)
    assert result.text == "a + bb - c"
    assert result.stop_reason is StopReason.END


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_what_is_redone_does_not_begin_as_before(sampler: str, ask: Ask) -> None:
    request = replace(REQUEST, rewrite=redone("a + b", (2, 3)), sampler=sampler)
    assert ask(engine_of("a + b", "a - b"), request).text == "a - b"
    tail = replace(REQUEST, rewrite=redone("a + b", (4, 5)), sampler=sampler)
    assert ask(engine_of("a + b", "a + call(c)"), tail).text == "a + call(c)"


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_word_that_the_cursor_cuts_is_redone_as_another_one(sampler: str, ask: Ask) -> None:
    left = "x = 1; re"
    rules = [Rule(left_ends_with=left, answer=each) for each in ("turn", "set")]
    engine = Engine(Scripted(Script(rules=tuple(rules))))
    request = InfillRequest(left=left, right="\n", sampler=sampler)
    assert ask(engine, request).text == "turn"
    assert ask(engine, replace(request, rewrite=redone("turn", (0, 4)))).text == "set"


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("span", [(5, 8), (6, 10), (4, 8)])
def test_what_is_to_stay_on_the_next_canvas_stays(
    sampler: str, span: tuple[int, int], ask: Ask
) -> None:
    text = "0123456789klmnop"
    request = replace(REQUEST, rewrite=redone(text, span), sampler=sampler)
    result = ask(engine_of(text, block=8), request)
    assert result.text.startswith(text[: span[0]])
    assert result.text.endswith(text[span[1] :])


@pytest.mark.parametrize(
    ("span", "causal"), [((2, 3), {False}), ((2, 5), {True})], ids=["between", "at the end"]
)
def test_between_parts_that_stay_the_sampler_sees_both(
    span: tuple[int, int], causal: set[bool], ask: Ask
) -> None:
    seen: set[bool] = set()

    class Watched(Scripted):
        def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
            seen.update(one.causal for one in passes)
            return super().logits(passes)

    engine = Engine(Watched(), options=EngineOptions(sampler="verify"))
    ask(engine, replace(REQUEST, rewrite=redone("a + b", span)))
    assert seen == causal


def test_a_rewrite_that_still_stands_costs_one_pass(ask: Ask) -> None:
    answer = "first(second, third) + fourth"
    engine = engine_of(answer, block=96)
    alone = ask(engine, REQUEST)
    checked = ask(engine, replace(REQUEST, rewrite=Rewrite(text=answer, check=True)))
    assert checked.text == alone.text == answer
    assert checked.forwards == 1 < alone.forwards
    assert checked.stop_reason is StopReason.END
    assert [one.probability for one in checked.confidence] != [0.0] * len(checked.confidence)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("rewrite", ["a + b", "a - c", "zzz", "a + b + c + d", "", "a +"])
def test_a_checked_rewrite_changes_no_answer(sampler: str, rewrite: str, ask: Ask) -> None:
    engine = engine_of("a + b")
    request = replace(REQUEST, rewrite=Rewrite(text=rewrite, check=True), sampler=sampler)
    assert ask(engine, request).text == "a + b"


def test_a_rewrite_is_not_checked_and_redone_at_once(ask: Ask) -> None:
    rewrite = replace(redone("a + b", (0, 1)), check=True)
    with pytest.raises(RequestInvalid, match="either checked or redone"):
        ask(engine_of("a"), replace(REQUEST, rewrite=rewrite))


def test_a_trimmed_head_bars_only_what_it_has(ask: Ask) -> None:
    class Trimmed(Scripted):
        def __init__(self) -> None:
            super().__init__(Script(rules=(Rule(left_ends_with="x = ", answer="a - b"),)))
            dropped = self.vocabulary.encode("+")[0]
            self.head_ids = np.array([i for i in range(self.vocabulary.size) if i != dropped])

        def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
            assert self.head_ids is not None
            return [table[:, self.head_ids] for table in super().logits(passes)]

    request = replace(REQUEST, rewrite=redone("a + b", (2, 3)))
    assert ask(Engine(Trimmed()), request).text == "a - b"
