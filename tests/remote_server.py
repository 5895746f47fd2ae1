"""Servers that take and give only what their makers document; everything else is status 400."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

MaxTokens = Annotated[int, Field(ge=1, le=8192)]
SECTIONS = ("recently_viewed_code_snippets", "current_file_content", "edit_diff_history")


class Strict(BaseModel):
    """A body without a field that is not documented."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Fim(Strict):
    """`POST /v1/fim/completions` (Mercury)."""

    model: str
    prompt: str
    suffix: str = ""
    max_tokens: MaxTokens = 512
    stop: list[str] = []
    stream: bool = False


class Legacy(Strict):
    """`POST /v1/completions` (OpenAI's legacy completions)."""

    model: str
    prompt: str
    suffix: str | None = None
    max_tokens: int | None = 16
    stop: str | list[str] | None = None
    stream: bool | None = False


class EditMessage(Strict):
    """The one message of an edit."""

    role: Literal["user"]
    content: str

    @field_validator("content")
    @classmethod
    def has_its_sections(cls, content: str) -> str:
        for tag in SECTIONS:
            if content.count(f"<|{tag}|>") != 1 or content.count(f"<|/{tag}|>") != 1:
                raise ValueError(f"exactly one {tag}")
        if content.count("<|cursor|>") != 1 or "<|code_to_edit|>" not in content:
            raise ValueError("a cursor in the code to edit")
        return content


class EditBody(Strict):
    """`POST /v1/edit/completions` (Mercury): one user message, never streamed."""

    model: Literal["mercury-edit-2"]
    messages: Annotated[list[EditMessage], Field(min_length=1, max_length=1)]
    max_tokens: MaxTokens = 1024


@dataclass
class Documented:
    """What the server answers, and what it was asked."""

    parts: list[str] = field(default_factory=lambda: ["fib(n - 1)", " + fib(n - 2)"])
    edit: str = "return a + b\n"
    key: str = "a-key"
    status: int = 200
    pause_s: float = 0.0
    asked: list[Any] = field(default_factory=list)
    gone: int = 0

    def app(self) -> Starlette:
        """Return the server."""
        return Starlette(
            routes=[
                Route("/v1/fim/completions", self._on(Fim, self._fill), methods=["POST"]),
                Route("/v1/completions", self._on(Legacy, self._fill), methods=["POST"]),
                Route("/v1/edit/completions", self._on(EditBody, self._edited), methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )

    def _on(self, body: type[Strict], answer: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.key}":
                return refusal(401, "authentication_error", "Incorrect API key provided")
            if self.status != 200:
                return refusal(self.status, "server_error", "no: def fib(n) is secret")
            try:
                asked = body.model_validate_json(await request.body())
            except ValidationError as error:
                return refusal(400, "invalid_request_error", str(error))
            self.asked.append(asked)
            return answer(asked)

        return endpoint

    def _fill(self, asked: Fim | Legacy) -> Response:
        if not asked.stream:
            return JSONResponse(completion([choice("".join(self.parts), "stop")]))
        return StreamingResponse(self._chunks(), media_type="text/event-stream")

    async def _chunks(self) -> AsyncIterator[str]:
        try:
            for part in self.parts:
                yield event(completion([choice(part, None)]))
                await asyncio.sleep(self.pause_s)
        except asyncio.CancelledError:
            self.gone += 1
            raise
        yield event(completion([choice("", "stop")]))
        yield ": a comment\n\n"
        yield event(completion([]))
        yield "data: [DONE]\n\n"

    def _edited(self, asked: EditBody) -> Response:
        message = {"role": "assistant", "content": self.edit}
        answer = {"index": 0, "finish_reason": "stop", "message": message}
        return JSONResponse(completion([answer]) | {"object": "edit.completion"})

    async def _models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "local", "object": "model"}]})


def completion(choices: list[Any]) -> dict[str, Any]:
    """Return an answer around its choices."""
    usage = {"prompt_tokens": 24, "completion_tokens": 14, "total_tokens": 38}
    head = {"id": "cmpl-1", "object": "text_completion", "created": 1745798400, "model": "m"}
    return head | {"choices": choices, "usage": usage}


def choice(text: str, finish: str | None) -> dict[str, Any]:
    """Return one choice."""
    return {"index": 0, "text": text, "finish_reason": finish}


def event(data: Any) -> str:
    """Return one server-sent event."""
    return f"data: {json.dumps(data)}\n\n"


def refusal(status: int, kind: str, message: str) -> Response:
    """Return an error in OpenAI's shape."""
    error = {"message": message, "type": kind, "param": None, "code": None}
    return JSONResponse({"error": error}, status)
