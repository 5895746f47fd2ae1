"""A real language server in a process of its own, for a benchmark that edits one document."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from lsprotocol import types
from person import Answer
from pygls.lsp.client import LanguageClient

from unmask_lsp.stats.stats_file import VARIABLE

_KINDS = types.InlineCompletionTriggerKind


class Editor:
    """One document after another in a client; positions count characters."""

    def __init__(self, client: LanguageClient) -> None:
        self._client = client
        self._opened = 0
        self._requests = 0
        self._version = 0
        self._text = ""

    def configure(self, **settings: Any) -> None:
        """Say the settings anew."""
        params = types.DidChangeConfigurationParams({"unmask": settings})
        self._client.workspace_did_change_configuration(params)

    def open(self, language: str, text: str) -> None:
        """Go on with a document that the server has not seen."""
        self._opened, self._version, self._text = self._opened + 1, 0, text
        item = types.TextDocumentItem(
            uri=self._uri, language_id=language, version=self._version, text=text
        )
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def ask(self, text: str, cursor: int, by_key: bool) -> Answer:
        """Make the document say `text`, and see what is suggested."""
        self._become(text)
        start = perf_counter()
        found = await self._client.text_document_inline_completion_async(
            types.InlineCompletionParams(
                context=types.InlineCompletionContext(
                    _KINDS.Invoked if by_key else _KINDS.Automatic
                ),
                text_document=types.TextDocumentIdentifier(self._uri),
                position=_place(text, cursor),
            )
        )
        ms = (perf_counter() - start) * 1000
        items = found.items if isinstance(found, types.InlineCompletionList) else found or []
        texts = (_inserted(item, text, cursor) for item in items)
        before, self._requests = self._requests, await self._count()
        return Answer(
            texts=tuple(one for one in texts if one),
            requests=self._requests - before,
            ms=ms,
        )

    @property
    def _uri(self) -> str:
        return f"untitled:{self._opened}"

    async def _count(self) -> int:
        """How many requests the engine has answered, by the server's own count."""
        params = types.ExecuteCommandParams(command="unmask.stats", arguments=[])
        counts = await self._client.workspace_execute_command_async(params)
        return int(counts["asked"])

    def _become(self, text: str) -> None:
        """Send the one edit that makes the old text the new one."""
        old, start, same = self._text, 0, 0
        while start < min(len(old), len(text)) and old[start] == text[start]:
            start += 1
        while same < min(len(old), len(text)) - start and old[-1 - same] == text[-1 - same]:
            same += 1
        if old == text:
            return
        self._version, self._text = self._version + 1, text
        span = types.Range(_place(old, start), _place(old, len(old) - same))
        inserted = text[start : len(text) - same]
        change = types.TextDocumentContentChangePartial(range=span, text=inserted)
        item = types.VersionedTextDocumentIdentifier(uri=self._uri, version=self._version)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(item, [change]))


@asynccontextmanager
async def server_session(**settings: Any) -> AsyncIterator[Editor]:
    """Start a server with some settings, and end it."""
    client = LanguageClient("replay", "1")
    for of_no_use in ("didChangeStatus", types.WINDOW_LOG_MESSAGE):
        client.feature(of_no_use)(lambda params: None)
    client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: print(params.message, file=sys.stderr))
    with TemporaryDirectory(prefix="unmask-") as folder:
        environment = os.environ | {VARIABLE: folder}
        await client.start_io(sys.executable, "-m", "unmask_lsp", "lsp", env=environment)
        encodings = [types.PositionEncodingKind.Utf32]
        await client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(
                    general=types.GeneralClientCapabilities(position_encodings=encodings)
                ),
                initialization_options=settings,
            )
        )
        client.initialized(types.InitializedParams())
        yield Editor(client)
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


def _place(text: str, offset: int) -> types.Position:
    line = text.count("\n", 0, offset)
    return types.Position(line=line, character=offset - text.rfind("\n", 0, offset) - 1)


def _inserted(item: types.InlineCompletionItem, text: str, cursor: int) -> str:
    """What comes between the text on both sides; empty if it takes the place of more."""
    assert item.range is not None
    assert isinstance(item.insert_text, str)
    start = cursor - (_place(text, cursor).character - item.range.start.character)
    end = cursor + item.range.end.character - _place(text, cursor).character
    left, right = text[start:cursor], text[cursor:end]
    whole = item.insert_text.startswith(left) and item.insert_text.endswith(right)
    return item.insert_text[len(left) : len(item.insert_text) - len(right)] if whole else ""
