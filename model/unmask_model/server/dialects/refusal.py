"""Errors as clients of HTTP expect them: a status, and `{"error": {message, type, code}}`."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from unmask_model.protocol.errors import (
    DownloadFailed,
    EngineBusy,
    EngineClosed,
    ModelNotFound,
    RequestInvalid,
    UnmaskError,
    WeightsInvalid,
)
from unmask_model.server.dialects.dialect import Json

RETRY_S = 1
"""Seconds after which a client may ask a busy engine again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What an error is called."""

    status: int
    """HTTP status."""
    type: str
    """Kind of error, in OpenAI's words."""
    code: str
    """The error itself."""


UNAVAILABLE = Refusal(status=503, type="unavailable_error", code="engine_unavailable")
REFUSALS: dict[type[UnmaskError], Refusal] = {
    RequestInvalid: Refusal(status=400, type="invalid_request_error", code="invalid_request"),
    EngineBusy: Refusal(status=429, type="rate_limit_error", code="engine_busy"),
    EngineClosed: UNAVAILABLE,
    ModelNotFound: UNAVAILABLE,
    WeightsInvalid: UNAVAILABLE,
    DownloadFailed: UNAVAILABLE,
}
"""The engine's errors; it has one model, so that a model it cannot load is its own fault."""
TURNED_AWAY = {
    401: Refusal(status=401, type="authentication_error", code="invalid_api_key"),
    403: Refusal(status=403, type="permission_error", code="foreign_origin"),
    404: Refusal(status=404, type="not_found_error", code="not_found"),
    405: Refusal(status=405, type="invalid_request_error", code="method_not_allowed"),
    415: Refusal(status=415, type="invalid_request_error", code="unsupported_media_type"),
}
"""What is answered before a body is read."""


def error_object(error: UnmaskError) -> Json:
    """Return what a client is told of an error."""
    return _object(str(error), REFUSALS.get(type(error), UNAVAILABLE))


def status_of(error: UnmaskError) -> tuple[int, dict[str, str] | None]:
    """Return the HTTP status of an error, and the headers that go with it."""
    status = REFUSALS.get(type(error), UNAVAILABLE).status
    return status, {"retry-after": str(RETRY_S)} if status == 429 else None


def refuse(error: UnmaskError) -> JSONResponse:
    """Return the answer to a request that ended with an error."""
    return JSONResponse(error_object(error), *status_of(error))


async def turn_away(_: Request, error: Exception) -> JSONResponse:
    """Return the answer to a request that no endpoint took: no token, no such path, a web page."""
    assert isinstance(error, HTTPException)
    unknown = Refusal(status=error.status_code, type="invalid_request_error", code="refused")
    refusal = TURNED_AWAY.get(error.status_code, unknown)
    return JSONResponse(_object(error.detail, refusal), refusal.status, error.headers)


def _object(message: str, refusal: Refusal) -> Json:
    return {"error": {"message": message, "type": refusal.type, "code": refusal.code}}
