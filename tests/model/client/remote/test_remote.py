"""Models of other servers, over real HTTP, against servers that take only what is documented."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import uvicorn
from remote_server import Documented

from unmask_model.client.connect import connect
from unmask_model.client.remote.edit_prompt import edited
from unmask_model.client.remote.remote_client import RemoteClient
from unmask_model.protocol.errors import (
    EngineBusy,
    EngineClosed,
    ModelNotFound,
    RequestInvalid,
    UnmaskError,
)
from unmask_model.protocol.request import (
    BlockSnapshot,
    InfillRequest,
    InfillResult,
    Rewrite,
    Span,
    StopReason,
)
from unmask_model.transport.listener import TcpListener

LEFT = "def fib(n):\n    return "
REQUEST = InfillRequest(left=LEFT, right="\n\nprint(fib(10))\n")


@pytest.fixture
def server() -> Documented:
    return Documented()


@pytest.fixture
async def address(server: Documented) -> AsyncIterator[str]:
    listening = TcpListener(host="127.0.0.1", port=0).open()
    config = uvicorn.Config(server.app(), log_config=None, ws="none", lifespan="off")
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    running.should_exit = True
    await serving
    listening.close()


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr("unmask_model.transport.keys.from_keyring", lambda name: "")
    for name in ("MERCURY", "OPENAI_COMPATIBLE"):
        monkeypatch.setenv(f"UNMASK_{name}_KEY", "a-key")
        monkeypatch.setenv(f"UNMASK_{name}_KEY_HOST", urlsplit(address).netloc)


async def reach(address: str, model: str = "mercury") -> RemoteClient:
    client = await connect(address, model, lambda words, share: None)
    assert isinstance(client, RemoteClient)
    return client


async def ask(address: str, request: InfillRequest, model: str = "mercury") -> InfillResult:
    client = await reach(address, model)
    try:
        *snapshots, result = [event async for event in client.fill(request)]
    finally:
        await client.aclose()
    assert all(isinstance(snapshot, BlockSnapshot) for snapshot in snapshots)
    assert isinstance(result, InfillResult)
    return result


async def test_mercury_fills_as_it_is_documented(address: str, server: Documented) -> None:
    result = await ask(address, replace(REQUEST, max_tokens=64))
    assert (result.text, result.stop_reason) == ("fib(n - 1) + fib(n - 2)", StopReason.END)
    (asked,) = server.asked
    assert (asked.model, asked.prompt, asked.suffix) == ("mercury-edit-2", LEFT, REQUEST.right)
    assert asked.max_tokens == 64


async def test_the_text_comes_part_by_part(address: str) -> None:
    client = await reach(address)
    texts = [event.text async for event in client.fill(REQUEST)]
    assert texts[0] == "fib(n - 1)"
    await client.aclose()


async def test_a_rewrite_is_edited_and_the_fence_around_it_is_no_part_of_it(
    address: str, server: Documented
) -> None:
    server.edit = "```python\nreturn a + b\n```"
    rewrite = Rewrite(text="return a - b", redo=(Span(start=9, end=10),))
    result = await ask(address, replace(REQUEST, left="def add(a, b):\n    ", rewrite=rewrite))
    assert result.text == "return a + b"
    content = server.asked[0].messages[0].content
    assert "return a <|cursor|>- b" in content
    assert "print(fib(10))" in content


async def test_a_rewrite_that_is_only_to_be_checked_is_asked_for_anew(
    address: str, server: Documented
) -> None:
    """Checking is for models that say how sure they are; here it would be the dearer question."""
    result = await ask(address, replace(REQUEST, rewrite=Rewrite(text="fib(n", check=True)))
    assert result.text == "fib(n - 1) + fib(n - 2)"
    assert server.asked[0].prompt == LEFT


def test_an_answer_without_a_fence_is_taken_as_it_is() -> None:
    assert edited("  x = 1\n") == "  x = 1\n"


async def test_any_server_of_completions_is_asked_for_the_model_it_has(
    address: str, server: Documented
) -> None:
    result = await ask(address, REQUEST, "openai-compatible")
    assert result.text == "fib(n - 1) + fib(n - 2)"
    assert (result.model, server.asked[0].model) == ("local", "local")
    await ask(address, REQUEST, "openai-compatible/codestral")
    assert server.asked[1].model == "codestral"


async def test_unmasks_own_server_is_such_a_server(
    address: str, server: Documented, script: object
) -> None:
    """What we send is what we take: the shape of /v1/completions, both ways."""
    from pydantic import TypeAdapter

    from unmask_model.server.dialects.openai import Completion

    await ask(address, replace(REQUEST, max_lines=1), "openai-compatible")
    body = server.asked[0].model_dump_json(exclude_unset=True)
    asked = TypeAdapter(Completion).validate_json(body).request()
    assert (asked.left, asked.right, asked.max_lines) == (LEFT, REQUEST.right, 1)


@pytest.mark.parametrize("lines", [1, 2])
async def test_no_more_lines_come_than_were_asked_for(
    address: str, server: Documented, lines: int
) -> None:
    server.parts = ["a\n", "b\nc", "\nd"]
    result = await ask(address, replace(REQUEST, max_lines=lines))
    assert (result.text, result.stop_reason) == ("\n".join("ab"[:lines]), StopReason.LINES)
    assert (server.asked[0].stop == ["\n"]) == (lines == 1)


async def test_at_the_deadline_whole_lines_count_and_the_server_is_let_go(
    address: str, server: Documented
) -> None:
    server.parts, server.pause_s = ["a\nb", "\nc", "d"], 60
    result = await ask(address, replace(REQUEST, budget_ms=2000))
    assert (result.text, result.stop_reason) == ("a\n", StopReason.BUDGET)
    while not server.gone:
        await asyncio.sleep(0.01)


async def test_closing_an_answer_lets_the_server_go(address: str, server: Documented) -> None:
    server.pause_s = 60
    client = await reach(address)
    async with aclosing(client.fill(REQUEST)) as answer:
        await anext(answer)
    while not server.gone:
        await asyncio.sleep(0.01)
    await client.aclose()


@pytest.mark.fault(
    "a remote model refuses, or is not there",
    "one line that says who and why, without a word of the text",
)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestInvalid),
        (402, EngineClosed),
        (404, ModelNotFound),
        (429, EngineBusy),
        (500, EngineClosed),
        (302, EngineClosed),
    ],
)
async def test_a_refusal_is_a_typed_error_that_repeats_nothing_of_the_text(
    address: str, server: Documented, status: int, error: type[UnmaskError]
) -> None:
    server.status = status
    rewrite = Rewrite(text="x", redo=(Span(start=0, end=1),))
    for request in (REQUEST, replace(REQUEST, rewrite=rewrite)):
        with pytest.raises(error, match="mercury") as caught:
            await ask(address, request)
        assert "def fib" not in str(caught.value)
        assert "a-key" not in str(caught.value)


async def test_a_wrong_key_is_named_as_such(address: str, server: Documented) -> None:
    server.key = "another"
    with pytest.raises(EngineClosed, match="key"):
        await ask(address, REQUEST)


async def test_without_a_key_nothing_is_sent(
    address: str, server: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNMASK_MERCURY_KEY")
    with pytest.raises(ModelNotFound, match="keyring set unmask mercury"):
        await reach(address)
    with pytest.raises(ModelNotFound, match=r"unmask\.server"):
        await reach("", "openai-compatible")
    assert server.asked == []


async def test_a_key_is_sent_to_no_server_but_its_own(
    address: str, server: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNMASK_MERCURY_KEY_HOST")
    with pytest.raises(ModelNotFound, match="wants a key for 127"):
        await reach(address)
    monkeypatch.setenv("UNMASK_OPENAI_COMPATIBLE_KEY_HOST", "completions.example.org")
    client = await reach(address, "openai-compatible")
    assert "authorization" not in client._http.headers
    await client.aclose()


async def test_an_answer_that_is_something_else_is_one_line(
    address: str, server: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remote_server.event", lambda data: "data: <html>\n\n")
    with pytest.raises(EngineClosed, match="cannot be read"):
        await ask(address, REQUEST)


async def test_a_line_separator_in_an_answer_ends_no_event(
    address: str, server: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "remote_server.event", lambda data: f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
    )
    server.parts = ["'a\u2028b", "\u2029c\x85d'"]
    assert (await ask(address, REQUEST)).text == "'a\u2028b\u2029c\x85d'"


async def test_an_error_in_the_middle_of_an_answer_is_no_end_of_it(
    address: str, server: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = iter(['{"choices": [{"text": "fib("}]}', '{"error": {"message": "def fib is secret"}}'])
    monkeypatch.setattr("remote_server.event", lambda data: f"data: {next(parts)}\n\n")
    with pytest.raises(EngineClosed, match="failed in the middle") as caught:
        await ask(address, REQUEST)
    assert "def fib" not in str(caught.value)


async def test_what_stays_on_this_machine_takes_no_proxy(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert (await ask(address, REQUEST)).text == "fib(n - 1) + fib(n - 2)"


async def test_a_server_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNMASK_MERCURY_KEY_HOST", "127.0.0.1:1")
    with pytest.raises(EngineClosed, match="no server answers"):
        await ask("http://127.0.0.1:1/v1", REQUEST)


async def test_a_client_says_where_the_text_goes(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await reach(address)
    monkeypatch.delenv("UNMASK_MERCURY_KEY_HOST")
    there = await reach("")
    assert (here.sends_to, there.sends_to) == ("", "api.inceptionlabs.ai")
    assert not here.is_own
    assert not there.is_own
    for client in (here, there):
        await client.aclose()
