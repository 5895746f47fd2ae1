"""What other servers answer, as far as it is read; anything else in it is left alone."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from unmask_model.protocol.errors import (
    EngineBusy,
    EngineClosed,
    ModelNotFound,
    RequestInvalid,
    UnmaskError,
)

T = TypeVar("T")
REFUSALS: dict[int, tuple[type[UnmaskError], str]] = {
    400: (RequestInvalid, "does not understand the request; see that it fills in the middle"),
    401: (EngineClosed, "does not know the key; put the right one into the keyring"),
    402: (EngineClosed, "says that the account is not paid for"),
    403: (EngineClosed, "does not allow this key"),
    404: (ModelNotFound, "has no such model or path; see unmask.model and unmask.server"),
    413: (RequestInvalid, "takes no text as long as this"),
    422: (RequestInvalid, "does not understand the request; see that it fills in the middle"),
    429: (EngineBusy, "has too much to do; ask again in a moment"),
}
"""What a status means; EngineClosed for every other. The server's own words are not repeated: they
may hold parts of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One text, or a part of it."""

    text: str | None = None
    finish_reason: str | None = None
    """Why it ends, if it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """An answer, or one part of it; parts that only count tokens have no choices."""

    choices: tuple[Choice, ...] = ()
    """The texts."""
    error: object = None
    """Why the server cannot go on; None while it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a model says."""

    content: str | None = None
    """Its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditChoice:
    """One edited block."""

    message: Message
    """The block."""
    finish_reason: str | None = None
    """Why it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An answer of an edit endpoint."""

    choices: Annotated[tuple[EditChoice, ...], Field(min_length=1)]
    """At least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A model in a listing."""

    id: str
    """Its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The models a server has."""

    data: tuple[Listed, ...]


COMPLETION = TypeAdapter(Completion)


def read(wanted: TypeAdapter[T], body: str | bytes, name: str) -> T:
    """Return what a body says; raise EngineClosed if it says nothing of the kind."""
    try:
        return wanted.validate_json(body)
    except ValidationError as error:
        raise EngineClosed(f"{name} sent an answer that cannot be read") from error


def read_part(data: str, name: str) -> Completion:
    """Return a part of a streamed answer; raise EngineClosed if it says that there is no more."""
    part = read(COMPLETION, data, name)
    if part.error:
        raise EngineClosed(f"{name} failed in the middle of its answer; ask again")
    return part


def require_success(status: int, name: str) -> None:
    """Raise the error that a status stands for."""
    if status == 200:
        return
    kind, why = REFUSALS.get(status, (EngineClosed, f"failed with status {status}"))
    raise kind(f"{name} {why}")
