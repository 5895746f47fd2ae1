"""`POST /v1/completions`: OpenAI's legacy completions, with a suffix.

Read by the `openai` package, LiteLLM, minuet, Zed, and Continue's provider `inception`. Zed,
llama.vscode's `use_openai_endpoint` and others send no suffix but a prompt with FIM marks.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import PositiveInt

from unmask_model.protocol.limits import TOKENS
from unmask_model.protocol.request import InfillRequest
from unmask_model.server.dialects.dialect import Head, Json
from unmask_model.server.dialects.filled import Choice, Filled
from unmask_model.server.dialects.marks import unmark
from unmask_model.server.dialects.stops import stop_texts

NO_SUFFIX = "<|endoftext|>"
"""What Continue sends for a right side of white space."""
SEEDS = 2**62
"""Seeds are taken modulo this."""


@dataclass(frozen=True, kw_only=True)
class StreamOptions:
    """How an answer is streamed."""

    include_usage: bool | None = None
    """Whether the last part counts the tokens."""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A body of `/v1/completions`."""

    prompt: str | tuple[str]
    """Left side, or both sides with FIM marks."""
    suffix: str | None = None
    """Right side."""
    max_tokens: PositiveInt | None = None
    """Most tokens of the answer; more than an engine writes are as many as it does."""
    n: PositiveInt | None = None
    """How many different choices are wanted."""
    seed: int | None = None
    """Seed of the choices but the first."""
    stop: str | tuple[str, ...] | None = None
    """Texts at which the answer is cut."""
    stream: bool | None = None
    """Whether the answer is wanted in parts."""
    stream_options: StreamOptions | None = None

    closing: ClassVar[bytes] = b"data: [DONE]\n\n"

    @property
    def streamed(self) -> bool:
        """Whether the answer is wanted in parts."""
        return bool(self.stream)

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts at which the answer is cut."""
        return stop_texts(self.stop)

    def request(self) -> InfillRequest:
        """Return what the engine is asked."""
        prompt = self.prompt if isinstance(self.prompt, str) else self.prompt[0]
        suffix = "" if self.suffix == NO_SUFFIX else self.suffix or ""
        asked = InfillRequest(left=prompt, right=suffix) if self.suffix else unmark(prompt)
        return replace(
            asked,
            candidates=self.n or 1,
            max_tokens=min(self.max_tokens or asked.max_tokens, TOKENS),
            max_lines=1 if "\n" in self.stops else 0,
            seed=(self.seed or 0) % SEEDS,
        )

    def part(self, text: str, head: Head) -> Json:
        """Return one part of a streamed answer."""
        return _framed(head, [self._choice_part(0, text, None)])

    def last_parts(self, rest: str, filled: Filled, head: Head) -> list[Json]:
        """Return the rest of the first choice, the other choices, and the tokens if wanted."""
        texts = [rest, *(choice.text for choice in filled.choices[1:])]
        parts = [
            _framed(head, [self._choice_part(index, text, choice.finish)])
            for index, (text, choice) in enumerate(zip(texts, filled.choices, strict=True))
        ]
        if self.stream_options and self.stream_options.include_usage:
            parts.append(_framed(head, []) | {"usage": _usage(filled)})
        return parts

    def whole(self, filled: Filled, head: Head) -> Json:
        """Return an answer that is not streamed."""
        choices = [self._choice(*numbered) for numbered in enumerate(filled.choices)]
        return _framed(head, choices) | {"usage": _usage(filled)}

    def _choice(self, index: int, choice: Choice) -> Json:
        return _choice(index, choice.text, choice.finish)

    def _choice_part(self, index: int, text: str, finish: str | None) -> Json:
        return _choice(index, text, finish)


def _choice(index: int, text: str, finish: str | None) -> Json:
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish}


def _framed(head: Head, choices: list[Json]) -> Json:
    return {
        "id": head.id,
        "object": "text_completion",
        "created": head.created,
        "model": head.model,
        "choices": choices,
    }


def _usage(filled: Filled) -> Json:
    return {
        "prompt_tokens": filled.prompt_tokens,
        "completion_tokens": filled.tokens,
        "total_tokens": filled.prompt_tokens + filled.tokens,
    }
