"""Requests and answers as bytes: one JSON object a request, one JSON line an event."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from unmask_model.protocol import errors
from unmask_model.protocol.errors import EngineClosed, RequestInvalid, UnmaskError
from unmask_model.protocol.event import Event
from unmask_model.protocol.health import Health
from unmask_model.protocol.limits import check
from unmask_model.protocol.memory import MemoryAccount, MemoryUpdate, check_update
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult

T = TypeVar("T")

_REQUEST = TypeAdapter(InfillRequest)
_HEALTH = TypeAdapter(Health)
_UPDATE = TypeAdapter(MemoryUpdate)
_ACCOUNT = TypeAdapter(MemoryAccount)
_ACCOUNTS = TypeAdapter(list[MemoryAccount])
_EVENTS: dict[str, TypeAdapter[Any]] = {
    "snapshot": TypeAdapter(BlockSnapshot),
    "result": TypeAdapter(InfillResult),
}
IN_OTHER_WORDS = {"rate_limit_error": "EngineBusy"}
"""Errors of the layers before the engine, which tell all clients in OpenAI's words."""


def encode_request(request: InfillRequest) -> bytes:
    """Return a request as JSON; raise RequestInvalid if no engine would take it."""
    check(request)
    return _REQUEST.dump_json(request)


def decode_request(body: bytes) -> InfillRequest:
    """Return the request that `body` says; raise RequestInvalid if it says none."""
    request = decode_json(_REQUEST, body)
    check(request)
    return request


def decode_json(wanted: TypeAdapter[T], body: bytes) -> T:
    """Return what `body` says, as `wanted` wants it; raise RequestInvalid if it says no such."""
    try:
        return wanted.validate_json(body)
    except ValidationError as error:
        raise RequestInvalid(_one_line(error)) from error


def encode_event(event: Event) -> bytes:
    """Return an event as one line of JSON with its newline."""
    if isinstance(event, UnmaskError):
        return to_json({"error": {"type": type(event).__name__, "message": str(event)}}) + b"\n"
    return to_json({"snapshot" if isinstance(event, BlockSnapshot) else "result": event}) + b"\n"


def decode_event(line: str | bytes) -> BlockSnapshot | InfillResult:
    """Return the event of one line; raise the error that an error event stands for."""
    try:
        ((kind, value),) = from_json(line).items()
        if kind != "error":
            event: BlockSnapshot | InfillResult = _EVENTS[kind].validate_python(value)
            return event
        error, message = _error_type(value["type"]), str(value["message"])
    except (ValueError, LookupError, AttributeError, TypeError) as broken:
        raise EngineClosed("the engine sent an event that cannot be read; restart it") from broken
    raise error(message)


def encode_update(update: MemoryUpdate) -> bytes:
    """Return an update as JSON; raise RequestInvalid if no engine would take it."""
    check_update(update)
    return _UPDATE.dump_json(update)


def decode_update(body: bytes) -> MemoryUpdate:
    """Return the update that `body` says; raise RequestInvalid if it says none."""
    update = decode_json(_UPDATE, body)
    check_update(update)
    return update


def encode_account(account: MemoryAccount) -> bytes:
    """Return an account as JSON."""
    return _ACCOUNT.dump_json(account)


def decode_account(body: bytes) -> MemoryAccount:
    """Return an account; raise EngineClosed if `body` is none."""
    return _said(_ACCOUNT, body)


def encode_accounts(accounts: list[MemoryAccount]) -> bytes:
    """Return accounts as a JSON list."""
    return _ACCOUNTS.dump_json(accounts)


def decode_accounts(body: bytes) -> list[MemoryAccount]:
    """Return accounts; raise EngineClosed if `body` is none."""
    return _said(_ACCOUNTS, body)


def encode_health(health: Health) -> bytes:
    """Return a health report as JSON."""
    return _HEALTH.dump_json(health)


def decode_health(body: bytes) -> Health:
    """Return a health report; raise EngineClosed if `body` is none."""
    return _said(_HEALTH, body)


def _said(wanted: TypeAdapter[T], body: bytes) -> T:
    try:
        return wanted.validate_json(body)
    except ValidationError as error:
        raise EngineClosed("the server at this address is not an Unmask engine") from error


def _error_type(name: str) -> type[UnmaskError]:
    found = getattr(errors, IN_OTHER_WORDS.get(name, name), UnmaskError)
    return found if isinstance(found, type) and issubclass(found, UnmaskError) else UnmaskError


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the request"
    return f"{where}: {first['msg']}"
