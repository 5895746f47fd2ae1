"""What a client gets wrong: one line, an error it can read, and the session goes on."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from wire import URI, Wire, item, serving

from unmask_lsp.server.protocol import LONGEST_NAME, MOST_QUESTIONS, MOST_REQUESTS
from unmask_lsp.server.stdio import LARGEST_MESSAGE

PARSE, REQUEST, METHOD, PARAMS, EARLY = -32700, -32600, -32601, -32602, -32002


@pytest.fixture
async def wire(engine: Any) -> AsyncIterator[Wire]:
    async with serving(engine) as wire:
        wire.open("x = \n")
        yield wire
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4), "it goes on"


def feed(wire: Wire, body: bytes) -> None:
    wire.input.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


async def code_of(wire: Wire, method: str, params: Any) -> int:
    """The error that parameters of any kind are answered with."""
    number, answer = wire.ask("$/nothing")
    assert (await answer)["error"]["code"] == METHOD
    wire.answers[number] = asyncio.get_running_loop().create_future()
    wire.send({"id": number, "method": method, "params": params})
    answer = await asyncio.wait_for(wire.answers[number], 5)
    return int(answer["error"]["code"]) if "error" in answer else 0


WRONG = [
    None,
    [],
    {},
    7,
    "x",
    {"textDocument": None, "position": None},
    {"textDocument": {}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": URI}},
    {"textDocument": {"uri": URI}, "position": {"line": "a", "character": 0}},
    {"textDocument": {"uri": URI}, "position": [0, 4]},
]


@pytest.mark.parametrize("params", WRONG)
@pytest.mark.parametrize(
    "method",
    ["textDocument/inlineCompletion", "textDocument/codeAction", "codeAction/resolve"],
)
async def test_parameters_of_the_wrong_kind_are_answered_as_such(
    wire: Wire, caplog: pytest.LogCaptureFixture, method: str, params: Any
) -> None:
    assert await code_of(wire, method, params) == PARAMS
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("params", WRONG)
@pytest.mark.parametrize(
    "method",
    [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "notebookDocument/didOpen",
        "notebookDocument/didChange",
        "workspace/didChangeWorkspaceFolders",
        "textDocument/didFocus",
        "textDocument/didShowCompletion",
        "textDocument/didPartiallyAcceptCompletion",
        "unmask/didChangeDiagnostics",
        "$/cancelRequest",
        "$/setTrace",
        "window/workDoneProgress/cancel",
        "client/nothing",
    ],
)
async def test_notifications_of_the_wrong_kind_leave_no_traceback_and_tell_no_person(
    wire: Wire, caplog: pytest.LogCaptureFixture, method: str, params: Any
) -> None:
    wire.send({"method": method, "params": params})
    await wire.completed(0, 4)
    assert not [record for record in caplog.records if record.exc_info]
    assert "window/showMessage" not in wire.methods()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", PARSE),
        (b"{", PARSE),
        (b"\xff\xfe", PARSE),
        (b'{"jsonrpc": "2.0", "id": ' + b"9" * 5000 + b', "method": "shutdown"}', PARSE),
        (b"[" * 100_000, PARSE),
        (b"[]", REQUEST),
        (b"7", REQUEST),
        (b'{"id": 1, "method": "shutdown"}', REQUEST),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}', REQUEST),
        (b'{"jsonrpc": "2.0", "id": null, "method": "shutdown"}', REQUEST),
        (b'{"jsonrpc": "2.0", "id": true, "method": "shutdown"}', REQUEST),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', REQUEST),
        (b'{"jsonrpc": "2.0", "id": "%b", "method": "x"}' % (b"a" * (LONGEST_NAME + 1)), REQUEST),
    ],
)
async def test_what_is_no_message_is_answered_without_an_id(
    wire: Wire, body: bytes, code: int
) -> None:
    feed(wire, body)
    await wire.completed(0, 4)
    assert wire.refused == [code]


@pytest.mark.parametrize("method", [7, None, "x" * (LONGEST_NAME + 1)])
async def test_a_method_is_a_short_text(wire: Wire, method: Any) -> None:
    wire.answers["odd"] = asyncio.get_running_loop().create_future()
    wire.send({"id": "odd", "method": method})
    assert (await wire.answers["odd"])["error"]["code"] == REQUEST


async def test_nested_parameters_without_end_are_an_error(wire: Wire) -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    assert await code_of(wire, "textDocument/inlineCompletion", deep) == PARAMS
    assert await code_of(wire, "workspace/executeCommand", {"command": deep}) == PARAMS


async def test_commands_with_other_arguments_are_invalid(wire: Wire) -> None:
    for arguments in ([1, 2, 3], "x"):
        params = {"command": "unmask.stats", "arguments": arguments}
        assert await code_of(wire, "workspace/executeCommand", params) == PARAMS
    params = {"command": "rm", "arguments": []}
    assert await code_of(wire, "workspace/executeCommand", params) == PARAMS


async def test_a_second_initialize_is_invalid(wire: Wire) -> None:
    assert await code_of(wire, "initialize", {"processId": None, "capabilities": {}}) == REQUEST


async def test_an_id_that_is_in_use_is_refused(engine: Any) -> None:
    engine.answers.clear()
    async with serving(engine) as wire:
        wire.open("x = \n")
        number, first = wire.complete(0, 4)
        wire.answers[number] = asyncio.get_running_loop().create_future()
        wire.send({"id": number, "method": "textDocument/inlineCompletion", "params": {}})
        code = (await wire.answers[number])["error"]["code"]
        assert code in (PARAMS, REQUEST)
        wire.answers[number] = first
        engine.answers.set()
        assert "result" in await first


async def test_requests_without_end_have_an_end(engine: Any) -> None:
    engine.answers.clear()
    async with serving(engine) as wire:
        asked = []
        for number in range(MOST_REQUESTS + 10):
            item = {"uri": f"{URI}{number}", "languageId": "python", "version": 1, "text": "x = "}
            wire.notify("textDocument/didOpen", textDocument=item)
            asked.append(
                wire.ask(
                    "textDocument/inlineCompletion",
                    textDocument={"uri": item["uri"]},
                    position={"line": 0, "character": 4},
                )[1]
            )
        refused = await asyncio.wait_for(asked[-1], 5)
        assert refused["error"]["code"] == -32803
        engine.answers.set()
        answered = await asyncio.gather(*asked)
        assert sum("result" in answer for answer in answered) >= MOST_REQUESTS - 5


@pytest.mark.fault(
    "an editor asks, and answers no question",
    "the oldest question is given up; nothing grows",
)
async def test_questions_that_are_never_answered_are_given_up(engine: Any) -> None:
    capabilities = {"workspace": {"configuration": True}}
    async with serving(engine, capabilities=capabilities) as wire:
        for _ in range(3 * MOST_QUESTIONS):
            wire.notify("workspace/didChangeConfiguration", settings=None)
        for _ in range(20):
            await asyncio.sleep(0)
        protocol = wire.protocol
        assert len(protocol._questions) <= MOST_QUESTIONS
        assert len(protocol._request_futures) <= 2 * MOST_QUESTIONS
        assert len(protocol._result_types) <= MOST_QUESTIONS


async def test_what_is_done_with_is_not_kept(wire: Wire) -> None:
    for number in range(50):
        event = {"added": [{"uri": f"file:///{number}", "name": "x"}], "removed": []}
        wire.notify("workspace/didChangeWorkspaceFolders", event=event)
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {}})
        wire.notify("$/setTrace", value="off")
    await wire.completed(0, 4)
    assert not wire.protocol._request_futures


async def test_an_answer_to_nothing_changes_nothing(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2, "x", None, True, [], "a" * 10_000):
        wire.send({"id": number, "result": None})
        wire.send({"id": number, "error": {"code": 1, "message": "no"}})
    wire.send({})
    await wire.completed(0, 4)
    assert not caplog.records


async def test_an_answer_of_the_wrong_kind_is_as_none(
    engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    capabilities = {"workspace": {"configuration": True}}
    async with serving(engine, capabilities=capabilities) as wire:
        wire.replies["workspace/configuration"] = {"not": "a list"}
        wire.notify("workspace/didChangeConfiguration", settings=None)
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_client_cannot_take_back_what_the_server_asks(engine: Any) -> None:
    capabilities = {"workspace": {"configuration": True}}
    async with serving(engine, capabilities=capabilities) as wire:
        wire.notify("workspace/didChangeConfiguration", settings=None)
        await wire.result("unmask/nothing")
        asked = wire.asked("workspace/configuration")[-1]["id"]
        wire.notify("$/cancelRequest", id=asked)
        await wire.result("unmask/nothing")
        assert not wire.protocol._questions[asked].done()


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: %d\r\n\r\n",
        b"Content-Length:%d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"rubbish\r\n\r\nContent-Length: %d\n\n",
        b"x" * 200_000 + b"\r\nContent-Length: %d\r\n\r\n",
    ],
)
async def test_heads_are_read_as_clients_write_them(wire: Wire, head: bytes) -> None:
    wire.answers["head"] = asyncio.get_running_loop().create_future()
    body = json.dumps({"jsonrpc": "2.0", "id": "head", "method": "unmask/nothing"}).encode()
    wire.input.feed_data(head % len(body) + body)
    assert (await asyncio.wait_for(wire.answers["head"], 5))["error"]["code"] == METHOD


async def test_a_message_that_is_too_large_is_skipped(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LARGEST_MESSAGE >= 16_000_000
    monkeypatch.setattr("unmask_lsp.server.stdio.LARGEST_MESSAGE", 1000)
    feed(wire, b" " * 1001)
    await wire.completed(0, 4)
    assert wire.refused == [REQUEST]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/inlineCompletion", WRONG[0]),
        ("textDocument/codeAction", WRONG[0]),
        ("shutdown", None),
        ("workspace/executeCommand", {"command": "unmask.stats"}),
    ],
)
async def test_before_initialize_nothing_is_answered(engine: Any, method: str, params: Any) -> None:
    async with serving(engine, initializes=False) as wire:
        assert await code_of_early(wire, method, params) == EARLY
        wire.open("x = \n")
        wire.replies["initialize"] = await wire.result(
            "initialize", processId=None, rootUri=None, capabilities={}
        )
        assert await wire.completed(0, 4) == {"items": []}, "what came too early is dropped"


async def code_of_early(wire: Wire, method: str, params: Any) -> int:
    wire.answers["early"] = asyncio.get_running_loop().create_future()
    wire.send({"id": "early", "method": method, "params": params})
    return int((await wire.answers["early"])["error"]["code"])


async def test_an_initialize_that_makes_no_sense_may_be_followed_by_one_that_does(
    engine: Any,
) -> None:
    async with serving(engine, initializes=False) as wire:
        assert await code_of_early(wire, "initialize", {"capabilities": 7}) == PARAMS
        await wire.result("initialize", processId=None, rootUri=None, capabilities={})
        wire.open("x = \n")
        assert await wire.completed(0, 4) == item("42", 0, 4)


async def test_a_handler_that_fails_is_in_the_log_and_told_to_nobody(
    wire: Wire, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr("unmask_lsp.server.session.Session.focus", lambda *_: 1 / 0)
    wire.notify("textDocument/didFocus", textDocument={"uri": URI})
    await wire.completed(0, 4)
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [
        ZeroDivisionError
    ]
    assert "window/showMessage" not in wire.methods()
