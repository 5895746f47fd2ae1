"""The person at the other end, through the client's windows: messages, questions, progress, status.

Never awaited by a completion: a client may take for ever to answer.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from uuid import uuid4

from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from unmask_lsp.client import convert
from unmask_lsp.client.status_message import LeftOut, message_of
from unmask_lsp.engine.listener import EngineListener, Report
from unmask_lsp.engine.status import State, Status
from unmask_lsp.settings import Spelling

TIMEOUT_S = 1.0
"""Seconds a client may take to create a progress item; then the log has the progress."""
LONGEST_MESSAGE = 500
"""Characters of a message that is shown."""
REMEMBERED = 64
"""Messages that are not shown twice."""
DID_CHANGE_STATUS = "didChangeStatus"

logger = logging.getLogger(__name__)


class ClientUI(EngineListener):
    """What a person sees of the server besides suggestions."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._said: deque[str] = deque(maxlen=REMEMBERED)
        self._model = ""
        self.spelling = Spelling.CAMEL
        self._status: Status | None = None
        self._loading: dict[object, Status] = {}
        self._left_out: LeftOut | None = None
        self._told: Status | None = None
        self._listens = False

    def warn(self, message: str) -> None:
        """Show a message, the same one only once."""
        message = message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"
        logger.warning(message)
        if message not in self._said:
            self._said.append(message)
            self._server.window_show_message(convert.warning(message))

    def reply(self, message: str) -> None:
        """Show a message each time: a person has asked for something, and this came of it."""
        logger.info(message)
        self._server.window_show_message(convert.warning(message))

    def listens(self) -> None:
        """The client is ready to be told how the engine is."""
        self._listens = True
        self._tell()

    def follow(self, model: str) -> None:
        """This model is used from now on: the status item says nothing of any other."""
        self._model = model

    def status(self, status: Status) -> None:
        """Say how the engine is, if that is news."""
        if status.model == self._model:
            self._status = status
            self._tell()

    def focus(self, left_out: LeftOut | None) -> None:
        """Another document is looked at; `left_out` says why it gets no suggestions, if so."""
        self._left_out = left_out
        self._tell()

    @property
    def shown_status(self) -> Status | None:
        """What the status item says: how the engine is, or why it is not for this document."""
        if self._status is None:
            return None
        if self._left_out:
            said = message_of(self._left_out, self.spelling)
            return replace(self._status, state=self._left_out.state, message=said.text, share=None)
        loading = (status for status in self._loading.values() if status.model == self._model)
        return next(loading, self._status)

    def _tell(self) -> None:
        status = self.shown_status
        if status and status != self._told and self._listens:
            self._told = status
            said = message_of(self._left_out or status, self.spelling)
            self._server.protocol.notify(DID_CHANGE_STATUS, convert.status(status, said))

    async def ask(self, question: str, *answers: str) -> str | None:
        """One of the answers; None if the client cannot ask or the person does not say."""
        try:
            chosen = await self._server.window_show_message_request_async(
                convert.question(question, answers)
            )
        except JsonRpcException:
            return None
        return chosen.title if chosen else None

    @asynccontextmanager
    async def progress(self, model: str, title: str) -> AsyncIterator[Report]:
        """Show how far a model is while the block runs: as progress, else in the client's log."""
        with self._showing() as show:
            show(Status(state=State.LOADING, model=model, message=title))
            token = await self._token()
            told: Status | None = None

            def report(words: str, share: float | None) -> None:
                nonlocal told
                before = told
                told = Status(state=State.LOADING, model=model, message=words, share=share)
                if told == before:
                    return
                show(told)
                if token is None:
                    self._server.window_log_message(convert.log(f"{title}: {words}"))
                elif before:
                    progress.report(token, convert.progress_report(words, share))
                else:
                    progress.begin(token, convert.progress_begin(title, words, share))

            progress = self._server.work_done_progress
            try:
                yield report
            finally:
                if token is not None and told:
                    progress.end(token, convert.progress_end())
                    progress.tokens.pop(token, None)  # pygls keeps them

    @contextmanager
    def _showing(self) -> Iterator[Callable[[Status], None]]:
        """While the block runs the status item says what is shown; then how the engine is again.

        Of several the first one stays: while weights are fetched, engines that miss them come and
        go. What goes on when the block ends comes first, so that nothing outdated is said.
        """
        key = object()

        def show(status: Status) -> None:
            self._loading[key] = status
            self._tell()

        try:
            yield show
        finally:
            self._loading.pop(key, None)
            asyncio.get_running_loop().call_soon(self._tell)

    async def _token(self) -> str | None:
        if not convert.shows_progress(self._server.client_capabilities):
            return None
        token = str(uuid4())
        created = asyncio.ensure_future(self._server.work_done_progress.create_async(token))
        # Waited for, not cancelled: pygls fails on an answer that nobody waits for (pygls#621).
        await asyncio.wait({created}, timeout=TIMEOUT_S)
        return token if created.done() and created.exception() is None else None
