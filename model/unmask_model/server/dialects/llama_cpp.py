"""`POST /infill`: the dialect of llama.cpp's server, as llama.vim and llama.vscode use it.

Times are milliseconds. The two limits add up to the budget of the whole answer, and what is decided
by then is the answer when it is spent; llama.cpp limits the prediction alone, from its first line
end.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from unmask_model.protocol.limits import TOKENS
from unmask_model.protocol.request import InfillRequest, Snippet, StopReason
from unmask_model.server.dialects.dialect import Head, Json
from unmask_model.server.dialects.filled import Filled
from unmask_model.server.dialects.openai import SEEDS
from unmask_model.server.dialects.stops import stop_texts


@dataclass(frozen=True, kw_only=True)
class Extra:
    """Text from another file."""

    text: str
    filename: str = ""
    """Path of the file it is from."""


@dataclass(frozen=True, kw_only=True)
class LlamaInfill:
    """A body of `/infill`."""

    input_prefix: str = ""
    """Lines before the cursor's."""
    input_suffix: str = ""
    """Text behind the cursor."""
    prompt: str | None = None
    """The cursor's line, up to the cursor."""
    input_extra: tuple[Extra, ...] | None = None
    """Text from elsewhere, most useful last."""
    n_predict: int | None = None
    """Most tokens of the answer; 0 only prepares llama.cpp, less than 0 is no limit."""
    stop: str | tuple[str, ...] | None = None
    """Texts at which the answer is cut."""
    stream: bool | None = None
    """Whether the answer is wanted in parts."""
    seed: int | None = None
    """Seed of every random choice."""
    t_max_prompt_ms: int | None = None
    """Time to read the context."""
    t_max_predict_ms: int | None = None
    """Time to write; 0 or less is no limit."""
    id_slot: int | None = None
    """Slot whose context is reused: taken, and not needed. Clients number theirs alike, so that a
    number says nothing of whose request it is; the closest context is found by its text."""
    response_fields: tuple[str, ...] | None = None
    """Fields of the answer that are wanted; `a/b` is field b of field a."""

    closing: ClassVar[bytes] = b""

    @property
    def streamed(self) -> bool:
        """Whether the answer is wanted in parts."""
        return bool(self.stream)

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts at which the answer is cut."""
        return stop_texts(self.stop)

    def request(self) -> InfillRequest | None:
        """Return what the engine is asked; None where llama.cpp would be prepared."""
        if self.n_predict == 0:
            return None
        extra = self.input_extra or ()
        asked = InfillRequest(
            left=self.input_prefix + (self.prompt or ""),
            right=self.input_suffix,
            snippets=tuple(Snippet(origin=one.filename, text=one.text) for one in extra),
            max_lines=1 if "\n" in self.stops else 0,
            budget_ms=self._budget_ms(),
            seed=(self.seed or 0) % SEEDS,
        )
        limit = max(self.n_predict or 0, 0) or asked.max_tokens
        return replace(asked, max_tokens=min(limit, TOKENS))

    def part(self, text: str, head: Head) -> Json:
        """Return one part of a streamed answer."""
        return {"index": 0, "content": text, "stop": False}

    def last_parts(self, rest: str, filled: Filled, head: Head) -> list[Json]:
        """Return the end of a streamed answer, with the rest of its text."""
        return [self._wanted(_answer(rest, filled, head))]

    def whole(self, filled: Filled, head: Head) -> Json:
        """Return an answer that is not streamed."""
        return self._wanted(_answer(filled.best.text, filled, head))

    def _budget_ms(self) -> float:
        write, read = self.t_max_predict_ms or 0, self.t_max_prompt_ms or 0
        return float(write + max(read, 0)) if write > 0 else 0.0

    def _wanted(self, answer: Json) -> Json:
        if not self.response_fields:
            return answer
        found = ((path, _field(answer, path)) for path in self.response_fields)
        return {path: value for path, value in found if value is not None}


def _answer(content: str, filled: Filled, head: Head) -> Json:
    plan, result = filled.result.plan, filled.result
    cached = plan.cached_tokens if plan else 0
    return {
        "index": 0,
        "content": content,
        "stop": True,
        "stop_type": _stop_type(filled),
        "stopping_word": filled.best.stop,
        "model": head.model,
        "tokens_predicted": filled.tokens,
        "tokens_evaluated": filled.prompt_tokens,
        "tokens_cached": cached,
        "truncated": False,
        "timings": {
            **_timing("prompt", filled.prompt_tokens - cached, result.ms.get("context", 0.0)),
            **_timing("predicted", filled.tokens, result.ms.get("denoise", 0.0)),
        },
    }


def _stop_type(filled: Filled) -> str:
    if filled.best.stop or filled.result.stop_reason is StopReason.LINES:
        return "word"
    return "limit" if filled.best.finish == "length" else "eos"


def _timing(what: str, tokens: int, ms: float) -> Json:
    return {
        f"{what}_n": tokens,
        f"{what}_ms": ms,
        f"{what}_per_token_ms": ms / tokens if tokens else 0.0,
        f"{what}_per_second": tokens * 1000 / ms if ms else 0.0,
    }


def _field(answer: Json, path: str) -> Any:
    value: Any = answer
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value
