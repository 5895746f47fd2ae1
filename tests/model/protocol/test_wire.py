"""What one process writes, the other reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmask_model.protocol.errors import EngineBusy, EngineClosed, RequestInvalid, UnmaskError
from unmask_model.protocol.health import Health, State
from unmask_model.protocol.request import (
    BlockSnapshot,
    Confidence,
    InfillRequest,
    InfillResult,
    Plan,
    Rewrite,
    Snippet,
    Span,
    StopReason,
)
from unmask_model.protocol.wire import (
    decode_event,
    decode_health,
    decode_request,
    encode_event,
    encode_health,
    encode_request,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
requests = st.builds(
    InfillRequest,
    left=text,
    right=text,
    snippets=st.lists(st.builds(Snippet, origin=text, text=text), max_size=2).map(tuple),
    rewrite=st.none() | st.builds(Rewrite, text=text),
    candidates=st.integers(1, 8),
    budget_ms=st.floats(0, 1e6),
    document=text,
)
RESULT = InfillResult(
    text="a\u2028b\n🌍",
    stop_reason=StopReason.LINES,
    tokens=2,
    confidence=(Confidence(span=Span(start=0, end=3), probability=0.5),),
    ms={"total": 1.5},
    plan=Plan(context_tokens=9, cached_tokens=0, places=24, passes=3),
    alternatives=("c",),
)


@settings(max_examples=50)
@given(requests)
def test_a_request_arrives_as_it_was_sent(request: InfillRequest) -> None:
    assert decode_request(encode_request(request)) == request


@pytest.mark.parametrize("event", [RESULT, BlockSnapshot(text="x\n", masked=3, step=1)])
def test_an_event_arrives_as_it_was_sent_in_one_line(event: BlockSnapshot | InfillResult) -> None:
    line = encode_event(event)
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


@pytest.mark.parametrize("error", [EngineBusy("full"), EngineClosed("gone"), UnmaskError("odd")])
def test_an_error_arrives_as_the_same_error(error: UnmaskError) -> None:
    with pytest.raises(UnmaskError, match=f"^{error}$") as raised:
        decode_event(encode_event(error))
    assert type(raised.value) is type(error)


def test_health_arrives_as_it_was_sent() -> None:
    health = Health(version="1", model="small", state=State.LOADING, progress=0.5, pid=1)
    assert decode_health(encode_health(health)) == health


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Invalid JSON"),
        (b"[]", "the request"),
        (b"{}", "left"),
        (b'{"left": 1, "right": ""}', "left"),
        (b'{"left": "", "right": "", "candidates": 99}', "candidates"),
        (b'{"left": "\xff", "right": ""}', "Invalid JSON"),
        (b'{"left": "", "right": "", "rewrite": {"text": "", "redo": [{"start": 1}]}}', "rewrite"),
    ],
)
def test_what_is_no_request_is_refused_in_one_line(body: bytes, reason: str) -> None:
    with pytest.raises(RequestInvalid, match=reason) as error:
        decode_request(body)
    assert "\n" not in str(error.value)


def test_half_a_character_is_refused_before_it_is_sent() -> None:
    with pytest.raises(RequestInvalid, match="half a character at 1"):
        encode_request(InfillRequest(left="a\ud800", right=""))


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"snapshot": 1}', '{"news": 1}', '{"error": 1}'])
def test_what_is_no_event_is_an_engine_that_broke(line: str) -> None:
    with pytest.raises(EngineClosed):
        decode_event(line)


def test_what_is_no_health_report_is_no_engine() -> None:
    with pytest.raises(EngineClosed):
        decode_health(b"<html>")
