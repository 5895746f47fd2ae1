"""A session over the wire: type, see, cancel, change your mind, accept, lose the engine."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from auto_closed import auto_closed, script
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from unmask_model.server.serve import LINGER_S

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

URI = "untitled:Untitled-1"
SLOW = {"pass_ms": 150.0, "sure": 1, "default": "a_block_of_many_places = 1"}
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Typist:
    """A client with a document of its own, which it edits as its user does."""

    def __init__(self, client: LanguageClient, encoding: str) -> None:
        self.client = client
        self.codec, self.size = CODECS[encoding]
        self.text = ""
        self.version = 0

    def units(self, text: str) -> int:
        return len(text.encode(self.codec)) // self.size

    def place(self, offset: int) -> types.Position:
        before = self.text[:offset].split("\n")
        return types.Position(line=len(before) - 1, character=self.units(before[-1]))

    def offset(self, place: types.Position) -> int:
        lines = self.text.split("\n")
        line = lines[place.line].encode(self.codec)[: place.character * self.size]
        return sum(len(line) + 1 for line in lines[: place.line]) + len(line.decode(self.codec))

    def open(self, text: str = "", language: str = "python") -> None:
        self.text = text
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(uri=URI, language_id=language, version=0, text=text)
            )
        )

    def close(self) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(URI))
        )

    def replace(self, start: int, end: int, text: str) -> None:
        self.version += 1
        span = types.Range(self.place(start), self.place(end))
        change = types.TextDocumentContentChangePartial(range=span, text=text)
        item = types.VersionedTextDocumentIdentifier(uri=URI, version=self.version)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(item, [change]))
        self.text = self.text[:start] + text + self.text[end:]

    def type(self, text: str) -> None:
        for character in text:
            self.replace(len(self.text), len(self.text), character)

    def ask(self, number: int | None = None, at: int | None = None) -> "asyncio.Future[Any]":
        params = types.InlineCompletionParams(
            context=types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic),
            text_document=types.TextDocumentIdentifier(URI),
            position=self.place(len(self.text) if at is None else at),
        )
        method = types.TEXT_DOCUMENT_INLINE_COMPLETION
        return self.client.protocol.send_request_async(method, params, msg_id=number)

    async def suggestion(self, at: int | None = None) -> types.InlineCompletionItem:
        (item,) = (await asyncio.wait_for(self.ask(at=at), 60)).items
        return item

    def configure(self, **settings: Any) -> None:
        values = {"model": "scripted", "budget_ms": 0, **settings}
        params = types.DidChangeConfigurationParams({"unmask": values})
        self.client.workspace_did_change_configuration(params)

    def accept(self, item: types.InlineCompletionItem) -> None:
        assert item.range is not None
        assert item.range.start.line == item.range.end.line
        self.replace(self.offset(item.range.start), self.offset(item.range.end), item.insert_text)


@pytest.fixture(params=list(CODECS))
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def session(
    command: list[str], backend: Any, encoding: str = "utf-16", **options: Any
) -> AsyncIterator[Typist]:
    client = LanguageClient("typist", "1")
    client.feature(types.WINDOW_LOG_MESSAGE)(lambda params: None)
    client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: None)
    await client.start_io(*command, env=backend.environment)
    general = types.GeneralClientCapabilities(
        position_encodings=[types.PositionEncodingKind(encoding)]
    )
    answer = await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(general=general),
            initialization_options={"model": "scripted", "budget_ms": 0, **options},
        )
    )
    assert answer.capabilities.position_encoding == encoding
    client.initialized(types.InitializedParams())
    yield Typist(client, encoding)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


async def test_typed_text_gets_a_suggestion_that_can_be_accepted(
    server_command: list[str], backend: Any, encoding: str
) -> None:
    backend.script(
        rules=[
            {"left_ends_with": "größe = '漢😀' + ", "answer": "'é😀'"},
            {"left_ends_with": "return ", "answer": "größe"},
        ]
    )
    async with session(server_command, backend, encoding) as typist:
        typist.open("\x0c# ein Blatt\u2028\n")
        typist.type("größe = '漢😀' + ")
        typist.accept(await typist.suggestion())
        assert typist.text.endswith("größe = '漢😀' + 'é😀'")
        typist.type("\nreturn ")
        typist.accept(await typist.suggestion())
        assert typist.text.endswith("+ 'é😀'\nreturn größe")


async def test_nothing_to_say_is_an_empty_list(server_command: list[str], backend: Any) -> None:
    backend.script(default="")
    async with session(server_command, backend) as typist:
        typist.open("x = ")
        assert not (await typist.ask()).items


async def test_a_cancelled_request_is_answered_and_the_next_one_too(
    server_command: list[str], backend: Any
) -> None:
    backend.script(**SLOW)
    async with session(server_command, backend) as typist:
        typist.open("if x:\n    ")
        asked = typist.ask(number=4711)
        await asyncio.sleep(0.3)
        typist.client.cancel_request(types.CancelParams(id=4711))
        with pytest.raises(JsonRpcException) as cancelled:
            await asked
        assert cancelled.value.code == types.LSPErrorCodes.RequestCancelled
        assert (await typist.suggestion()).insert_text == SLOW["default"]


async def test_a_newer_request_supersedes_and_an_edit_too(
    server_command: list[str], backend: Any
) -> None:
    backend.script(**SLOW)
    async with session(server_command, backend) as typist:
        typist.open("if x:\n    ")
        older = [typist.ask() for _ in range(20)]
        newest = typist.ask()
        for asked in older:
            with pytest.raises(JsonRpcException) as superseded:
                await asked
            assert superseded.value.code == types.LSPErrorCodes.RequestCancelled
        await asyncio.sleep(0.3)
        typist.type("a")
        with pytest.raises(JsonRpcException) as stale:
            await newest
        assert stale.value.code == types.LSPErrorCodes.RequestCancelled
        assert (await typist.suggestion()).insert_text == "_block_of_many_places = 1"


async def test_a_killed_engine_costs_one_suggestion(
    server_command: list[str], backend: Any
) -> None:
    backend.script(**SLOW)
    async with session(server_command, backend) as typist:
        typist.open("if x:\n    ")
        await typist.suggestion()
        killed = await backend.engine_pid()
        typist.type("\n    ")  # what was shown is not asked for again
        asked = typist.ask()
        await asyncio.sleep(0.3)
        os.kill(killed, signal.SIGKILL)
        assert not (await asked).items
        assert (await typist.suggestion()).insert_text == SLOW["default"]
        assert await backend.engine_pid() != killed


@pytest.mark.fault(
    "the engine has ended for want of use",
    "nothing; the next request starts it and is answered",
)
async def test_an_engine_that_ended_while_nobody_typed_costs_nothing(
    server_command: list[str], backend: Any
) -> None:
    async with session(server_command, backend) as typist:
        typist.open("if x:\n    ")
        assert (await typist.suggestion()).insert_text == "pass"
        ended = await backend.engine_pid()
        os.kill(ended, signal.SIGTERM)
        while backend.is_running(ended):
            await asyncio.sleep(0.05)
        typist.type("\n    ")
        assert (await typist.suggestion()).insert_text == "pass"


async def test_two_editors_share_one_engine(server_command: list[str], backend: Any) -> None:
    async with (
        session(server_command, backend) as first,
        session(server_command, backend) as second,
    ):
        first.open("if x:\n    ")
        second.open("if y:\n    ")
        items = await asyncio.gather(first.suggestion(), second.suggestion())
        assert [item.insert_text for item in items] == ["pass", "pass"]
        running = list(backend.folder.glob("*.sock"))
        assert len(running) == 1


async def test_what_an_editor_has_closed_is_not_closed_again(
    server_command: list[str], backend: Any, encoding: str
) -> None:
    backend.script(**script())
    async with session(server_command, backend, encoding) as typist:
        for case in auto_closed():
            typist.open(case.left + case.right, case.language)
            cursor = len(case.left)
            typist.replace(cursor, cursor, case.typed + case.closed)
            typist.accept(await typist.suggestion(at=cursor + len(case.typed)))
            assert typist.text == case.after
            typist.close()


async def test_off_in_the_last_editor_frees_the_engines_memory(
    server_command: list[str], backend: Any
) -> None:
    async with (
        session(server_command, backend) as first,
        session(server_command, backend) as second,
    ):
        first.open("if x:\n    ")
        second.open("if y:\n    ")
        await asyncio.gather(first.suggestion(), second.suggestion())
        engine = await backend.engine_pid()
        first.configure(enabled=False)
        await asyncio.sleep(LINGER_S + 1)
        assert not (await first.ask()).items
        assert (await second.suggestion()).insert_text == "pass"
        second.configure(enabled=False)
        while backend.is_running(engine):
            await asyncio.sleep(0.1)
        second.configure(enabled=True)
        second.type("\n    ")
        assert (await second.suggestion()).insert_text == "pass"
        assert await backend.engine_pid() != engine


@pytest.mark.fault(
    "the engine is killed under load",
    "one suggestion is missing in each editor; the next is there",
)
async def test_five_editors_share_one_engine_and_outlive_its_death_under_load(
    server_command: list[str], backend: Any
) -> None:
    backend.script(**SLOW)
    async with AsyncExitStack() as stack:
        typists = [
            await stack.enter_async_context(session(server_command, backend)) for _ in range(5)
        ]
        for number, typist in enumerate(typists):
            typist.open(f"if x{number}:\n    ")
        first = await asyncio.gather(*(typist.suggestion() for typist in typists))
        assert {item.insert_text for item in first} == {SLOW["default"]}
        assert len(list(backend.folder.glob("*.sock"))) == 1
        killed = await backend.engine_pid()
        for typist in typists:
            typist.replace(0, 2, "while")
        asked = [typist.ask() for typist in typists]
        await asyncio.sleep(0.3)
        os.kill(killed, signal.SIGKILL)
        answers = await asyncio.gather(*asked)
        assert not any(answer.items for answer in answers), "silence, and no error"
        for typist in typists:
            typist.replace(0, 5, "elif")
        again = await asyncio.gather(*(typist.suggestion() for typist in typists))
        assert {item.insert_text for item in again} == {SLOW["default"]}, "no edit was lost"
        assert await backend.engine_pid() != killed


@pytest.mark.fault(
    "the socket is removed",
    "open editors go on; the next one starts an engine of its own",
)
async def test_a_socket_that_was_removed_is_made_anew(
    server_command: list[str], backend: Any
) -> None:
    async with session(server_command, backend) as typist:
        typist.open("if x:\n    ")
        await typist.suggestion()
        orphan = await backend.engine_pid()
        (listening,) = backend.folder.glob("*.sock")
        listening.unlink()
        async with session(server_command, backend) as other:
            other.open("if y:\n    ")
            assert (await other.suggestion()).insert_text == "pass"
            assert await backend.engine_pid() != orphan
    os.kill(orphan, signal.SIGTERM)
