"""From what clients send to what the engine is asked, and from its answer to what they read."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import (
    Confidence,
    InfillRequest,
    InfillResult,
    Plan,
    Snippet,
    Span,
    StopReason,
)
from unmask_model.server.dialects.dialect import Head
from unmask_model.server.dialects.filled import Filled
from unmask_model.server.dialects.llama_cpp import LlamaInfill
from unmask_model.server.dialects.marks import unmark
from unmask_model.server.dialects.mercury import FimCompletion
from unmask_model.server.dialects.openai import Completion

HEAD = Head(id="cmpl-1", created=1, model="small")
PLAN = Plan(context_tokens=10, cached_tokens=8, places=8, passes=0)
RESULT = InfillResult(
    text="x + 1",
    stop_reason=StopReason.END,
    confidence=tuple(
        Confidence(span=Span(start=start, end=end), probability=1.0)
        for start, end in [(0, 1), (1, 3), (3, 5)]
    ),
    plan=PLAN,
    ms={"context": 4.0, "denoise": 6.0},
    alternatives=("y",),
)


def completion(**body: Any) -> Completion:
    return TypeAdapter(Completion).validate_python(body)


def fim(**body: Any) -> FimCompletion:
    return TypeAdapter(FimCompletion).validate_python(body)


def infill(**body: Any) -> LlamaInfill:
    return TypeAdapter(LlamaInfill).validate_python(body)


def test_prompt_and_suffix_are_left_and_right() -> None:
    body = completion(prompt="a", suffix="b", n=2, seed=-1, max_tokens=10**6, stop=["\n"], user="u")
    asked = body.request()
    assert (asked.left, asked.right, asked.candidates) == ("a", "b", 2)
    assert (asked.max_tokens, asked.max_lines) == (4096, 1)
    assert asked.seed >= 0


@pytest.mark.parametrize("suffix", [None, "", "<|endoftext|>"])
def test_what_clients_send_for_nothing_on_the_right_is_nothing(suffix: str | None) -> None:
    assert completion(prompt="a", suffix=suffix).request() == InfillRequest(left="a", right="")


@pytest.mark.parametrize(
    "prompt",
    [
        "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
        "<fim_prefix>a<fim_suffix>b<fim_middle>",
        "<\uff5cfim\u2581begin\uff5c>a<\uff5cfim\u2581hole\uff5c>b<\uff5cfim\u2581end\uff5c>",
        "<|code_prefix|>a<|code_suffix|>b<|code_middle|>",
        "<PRE> a <SUF>b <MID>",
        "<[fim-suffix]>b<[fim-prefix]>a<[fim-middle]>",
        "[SUFFIX]b[PREFIX]a",
    ],
)
def test_both_sides_may_come_in_one_prompt_between_marks(prompt: str) -> None:
    assert unmark(prompt) == InfillRequest(left="a", right="b")
    with_context = unmark("def g(): ...\n" + prompt)
    assert with_context.snippets == (Snippet(origin="", text="def g(): ...\n"),)


def test_marks_in_code_that_has_a_suffix_are_code() -> None:
    code = "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"
    assert completion(prompt=code, suffix="\n").request().left == code
    assert unmark(code + " ") == InfillRequest(left=code + " ", right="")


@pytest.mark.parametrize(
    "prompt",
    [
        "<|infill_prefix|>a<|infill_suffix|>b<|infill_middle|>",
        "<fill_begin>a<fill_hole>b<fill_end>",
        "<PREFIX>a<SUFFIX>b<MIDDLE>",
    ],
)
def test_marks_that_nobody_knows_are_told_and_not_read_as_code(prompt: str) -> None:
    with pytest.raises(RequestInvalid, match="<PRE>"):
        unmark(prompt)


@pytest.mark.parametrize("code", ["<pre>a</pre>", "List<Prefix> a = b<Middle>c", "x [PREFIX] y"])
def test_code_that_only_looks_a_little_like_marks_is_code(code: str) -> None:
    assert unmark(code) == InfillRequest(left=code, right="")


def test_a_whole_completion_has_its_choices_and_counts_its_tokens() -> None:
    body = completion(prompt="a", stop=" +")
    answer = body.whole(Filled.of(RESULT, body.stops), HEAD)
    assert [choice["text"] for choice in answer["choices"]] == ["x", "y"]
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"] == {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11}


@pytest.mark.parametrize("reason", [StopReason.LENGTH, StopReason.BUDGET])
def test_an_answer_that_a_limit_ended_says_so(reason: StopReason) -> None:
    filled = Filled.of(InfillResult(text="x", stop_reason=reason), ())
    assert filled.best.finish == "length"
    assert infill().whole(filled, HEAD)["stop_type"] == "limit"


def test_the_end_of_a_stream_has_the_rest_and_the_other_choices_and_the_tokens_if_wanted() -> None:
    body = completion(prompt="a", stream=True, stream_options={"include_usage": True})
    *texts, usage = body.last_parts("+ 1", Filled.of(RESULT, ()), HEAD)
    assert [(part["choices"][0]["index"], part["choices"][0]["text"]) for part in texts] == [
        (0, "+ 1"),
        (1, "y"),
    ]
    assert (usage["choices"], usage["usage"]["completion_tokens"]) == ([], 3)


def test_a_fim_completion_is_told_in_both_ways_that_clients_read() -> None:
    body = fim(prompt="a", random_seed=7, min_tokens=3)
    assert body.request().seed == 7
    (choice, _) = body.whole(Filled.of(RESULT, ()), HEAD)["choices"]
    assert choice["text"] == choice["message"]["content"] == "x + 1"
    (part,) = body.part("x", HEAD)["choices"]
    assert part["text"] == part["delta"]["content"] == "x"
    assert part["finish_reason"] is None


def test_what_llama_vim_sends_is_understood() -> None:
    body = infill(
        id_slot=0,
        input_prefix="def f(x):\n",
        input_suffix="\n",
        input_extra=[{"text": "X = 1", "time": [1, 2], "filename": "a.py"}],
        prompt="    value = ",
        n_predict=128,
        stop=[],
        n_indent=4,
        samplers=["top_k", "top_p", "infill"],
        stream=False,
        t_max_prompt_ms=500,
        t_max_predict_ms=250,
    )
    assert body.request() == InfillRequest(
        left="def f(x):\n    value = ",
        right="\n",
        snippets=(Snippet(origin="a.py", text="X = 1"),),
        max_tokens=128,
        budget_ms=750.0,
    )


def test_a_request_that_only_prepares_llama_cpp_asks_the_engine_nothing() -> None:
    assert infill(n_predict=0, t_max_predict_ms=1).request() is None


def test_no_limit_is_the_limit_of_an_engine() -> None:
    asked = infill(n_predict=-1, t_max_predict_ms=-1, t_max_prompt_ms=500).request()
    assert asked is not None
    assert (asked.max_tokens, asked.budget_ms) == (InfillRequest(left="", right="").max_tokens, 0)


def test_llama_vim_gets_the_fields_it_asked_for_under_their_paths() -> None:
    body = infill(response_fields=["content", "timings/prompt_n", "timings/predicted_ms", "none"])
    answer = body.whole(Filled.of(RESULT, ()), HEAD)
    assert answer == {"content": "x + 1", "timings/prompt_n": 2, "timings/predicted_ms": 6.0}


def test_too_many_stops_are_an_invalid_request() -> None:
    with pytest.raises(RequestInvalid):
        infill(stop=["a"] * 1000).request()
