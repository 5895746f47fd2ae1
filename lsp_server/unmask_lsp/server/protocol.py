"""JSON-RPC as LSP wants it, over pygls: what a client gets wrong is an error of one line.

Takes whole messages. A message that is none costs an answer, never the session, and nothing that a
client leaves without an answer is kept without end.
"""

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, TypeGuard
from uuid import uuid4

from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

MOST_REQUESTS = 256
"""Requests of the client that are answered at the same time."""
MOST_QUESTIONS = 64
"""Questions to the client that wait for an answer; the oldest is given up for a new one."""
LONGEST_NAME = 200
"""Characters of a method's name, or of a request's id."""
PLAIN = {types.TEXT_DOCUMENT_INLINE_COMPLETION: types.TextDocumentPositionParams}
"""Methods whose parameters are plain objects with the wire's own names, but for their place:
lsprotocol refuses the trigger kind 0 of older clients, and drops fields beyond LSP."""

_MISFITS = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    *(BaseValidationError, StructureHandlerNotFoundError),
)
"""What cattrs and lsprotocol raise for what is not of the kind that is wanted."""

Id = int | str

logger = logging.getLogger(__name__)


class Protocol(LanguageServerProtocol):
    """The conversation with one client."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._questions: dict[Id, Future[Any]] = {}
        self._is_initialized = False
        self._is_heard = True
        self.over = asyncio.Event()
        """Set when the client has said goodbye, or does not listen any more."""

    @property
    def was_shut_down(self) -> bool:
        """Whether the client has asked for the end before it left."""
        return bool(self._shutdown)

    def receive(self, body: bytes) -> None:
        """Take a message: answer what is wrong with it, or begin what it asks for."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            return self.refuse(None, JsonRpcParseError(f"no JSON: {_short(error)}"))
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            return self.refuse(None, JsonRpcInvalidRequest("this is no message of JSON-RPC 2.0"))
        if "method" not in message:
            return self._hear(message)
        try:
            contextvars.copy_context().run(self._take, message)
        except Exception:  # an error costs a message, not the session
            logger.exception("a message failed")

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Let the session end, and take back what runs; pygls trips over what ends meanwhile."""
        yield self.fm.features[types.SHUTDOWN], args, None
        for number, future in tuple(self._request_futures.items()):
            if number != self.msg_id:
                future.cancel()
        self._shutdown = True

    async def answered(self) -> None:
        """Wait until every request is answered."""
        futures = self._request_futures.items()
        asked = [future for number, future in futures if number not in self._questions]
        await asyncio.gather(*map(asyncio.wrap_future, asked), return_exceptions=True)

    def refuse(self, number: Id | None, error: JsonRpcException) -> None:
        """Answer with an error; `number` is None where the request is not known."""
        said = {"code": error.code, "message": error.message}
        self._send_data({"jsonrpc": self.VERSION, "id": number, "error": said})

    def send_request(
        self,
        method: str,
        params: Any = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: Id | None = None,
    ) -> Future[Any]:
        """Ask the client; a question that is answered, or given up, is forgotten."""
        if len(self._questions) >= MOST_QUESTIONS:
            oldest = next(iter(self._questions.values()))
            oldest.set_exception(JsonRpcException("the client has not answered"))
        number = msg_id or str(uuid4())
        question = super().send_request(method, params, callback, number)
        self._questions[number] = question
        question.add_done_callback(lambda _: self._forget(number))
        return question

    def _take(self, message: dict[str, Any]) -> None:
        method, number, is_asked = message["method"], message.get("id"), "id" in message
        try:
            self._admit(method, number if is_asked else 0)
            params = self._params(method, message)
        except JsonRpcException as error:
            if not is_asked:
                return logger.warning("a notification is not taken: %s", error.message)
            return self.refuse(number if _is_id(number) else None, error)
        if method == types.EXIT:
            self.over.set()
        elif is_asked:
            self._handle_request(message["id"], method, params)
        else:
            self._handle_notification(method, params)

    def _admit(self, method: object, number: object) -> None:
        """Raise what keeps a message from being looked at."""
        if not (isinstance(method, str) and len(method) <= LONGEST_NAME and _is_id(number)):
            raise JsonRpcInvalidRequest("a method is a short text, an id is one or a number")
        if method == types.EXIT:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest(f"{method} came after shutdown")
        if not self._is_initialized and method != types.INITIALIZE:
            raise JsonRpcServerNotInitialized(f"{method} came before initialize")
        if self._is_initialized and method == types.INITIALIZE:
            raise JsonRpcInvalidRequest("the server is initialized already")
        if number in self._request_futures:
            raise JsonRpcInvalidRequest(f"request {number} is being answered already")
        if len(self._request_futures) - len(self._questions) >= MOST_REQUESTS:
            message = f"{MOST_REQUESTS} requests are being answered; ask again"
            raise JsonRpcException(message, types.LSPErrorCodes.RequestFailed)

    def _params(self, method: str, message: dict[str, Any]) -> Any:
        """Return the parameters as a handler wants them; raise JsonRpcInvalidParams."""
        given, known = message.get("params"), types.METHOD_TO_TYPES.get(method)
        try:
            if method in PLAIN:
                place, given = self._converter.structure(given, PLAIN[method]), _plain(given)
                given.textDocument, given.position = place.text_document, place.position
            elif known:
                given = self._converter.structure(message, known[0]).params
            else:
                given = _plain(given)
        except _MISFITS as error:
            raise JsonRpcInvalidParams(f"{method}: {_short(error)}") from None
        self._is_initialized = self._is_initialized or method == types.INITIALIZE
        return given

    def _hear(self, message: dict[str, Any]) -> None:
        """Take the client's answer to a question, if it is one that somebody waits for."""
        number = message.get("id")
        if not _is_id(number) or number not in self._questions:
            return
        question = self._questions[number]
        try:
            question.set_result(self._answer(message, self._result_types.get(number)))
        except JsonRpcException as error:
            question.set_exception(error)
        except _MISFITS as error:
            question.set_exception(JsonRpcInvalidParams(f"the client's answer: {_short(error)}"))

    def _answer(self, message: dict[str, Any], wanted: type[Any] | None) -> Any:
        if said := message.get("error"):
            raise JsonRpcException.from_error(self._converter.structure(said, types.ResponseError))
        if wanted is None:
            return _plain(message.get("result"))
        return self._converter.structure(message, wanted).result

    def _forget(self, number: Id) -> None:
        for kept in (self._questions, self._request_futures, self._result_types):
            kept.pop(number, None)

    def _execute_handler(
        self, msg_id: Id, handler: Any, callback: Callable[[Any], None], *args: Any, **more: Any
    ) -> None:
        """Run a handler; pygls keeps what it is done with for ever where nobody is answered."""

        def done(future: Any) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, done, *args, **more)

    def _run_generator(self, future: Any, *, gen: Any, result_future: Any) -> None:
        """Go on with a built-in handler; where its part was taken back, so is the whole."""
        if future is not None and future.cancelled():
            result_future.cancel()
        super()._run_generator(future, gen=gen, result_future=result_future)

    def _send_handler_result(self, future: Any, *, msg_id: Id) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException):  # what a client got wrong is no error of ours
            return self.refuse(msg_id, error)
        super()._send_handler_result(future, msg_id=msg_id)

    def _check_handler_result(self, future: Any) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException):
            logger.warning("a notification is not taken: %s", error.message)
        elif error is not None:
            logger.error("a notification failed", exc_info=error)

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        if _is_id(msg_id) and msg_id not in self._questions:  # those are the server's to give up
            super()._handle_cancel_notification(msg_id)

    def _send_data(self, data: Any) -> None:
        body = json.dumps(data, default=self._serialize_message).encode()
        try:
            if self.writer and self._is_heard:
                self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        except OSError as error:
            self._is_heard = False
            self.over.set()
            logger.warning("the client does not listen any more: %s", error)


def _is_id(number: object) -> TypeGuard[Id]:
    if isinstance(number, str):
        return len(number) <= LONGEST_NAME
    return isinstance(number, int) and not isinstance(number, bool)


def _plain(params: Any) -> Any:
    """Parameters as objects with the wire's own names."""
    if isinstance(params, dict):
        return SimpleNamespace(**{name: _plain(value) for name, value in params.items()})
    return [_plain(value) for value in params] if isinstance(params, list) else params


def _short(error: Exception) -> str:
    """The first line of what is wrong, without the client's own text."""
    reason = error
    while isinstance(reason, ExceptionGroup):
        reason = reason.exceptions[0]
    return f"{type(reason).__name__}: {reason}".partition("\n")[0][:LONGEST_NAME]
