"""Who fills holes in the comparison with peers: our engine, and llama.cpp in two orders.

All are asked alike: what stands left and right, a budget, and whether the context was read before.
A hole of one line is over with its first line that is not blank. What is there when the budget is
over counts, and no more.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import httpx
from rows import Row

from unmask_model.engine.engine import Engine
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason

LINES = 3
"""Most lines of a hole of one line: blank ones may come first."""
TOKENS = 128
MARKS = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
STOPS = ["<|endoftext|>", "<|fim_pad|>", "<|file_sep|>", "<|repo_name|>", "<|im_end|>"]
"""What llama.vim's users get as ends: the model's own marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stood in a hole when the budget was over, or when it was done before."""

    text: str
    """The text; of a hole of one line its first line that is not blank."""
    finished: bool
    """Whether its first line is whole."""
    tokens: int
    """Tokens that were written behind those that came first."""
    ms: float
    """Milliseconds from the request to the answer."""
    writing_ms: float
    """Milliseconds of these from the first text to the last."""


class Rival(Protocol):
    """Somebody who fills holes."""

    name: str

    def warm(self, row: Row) -> None:
        """Read the context up to the key before."""
        ...

    def fill(self, row: Row, budget_ms: float) -> Filled:
        """Fill the hole; `budget_ms` 0 is no limit."""
        ...


def first_line(text: str) -> tuple[str, bool]:
    """Return the first line that is not blank, and whether it is whole."""
    for line in (every := text.split("\n")):
        if line.strip():
            return line + "\n", line is not every[-1]
    return "", False


def filled(  # noqa: PLR0913 -- what was seen of a stream
    row: Row, text: str, done: bool, tokens: int, ms: float, writing: float
) -> Filled:
    """Return what counts of a stream that ended by itself (`done`) or was left."""
    finished = done
    if row.single_line:
        text, whole = first_line(text)
        finished = whole or (done and bool(text))
    return Filled(
        text=text,
        finished=finished and bool(text.strip()),
        tokens=tokens,
        ms=ms,
        writing_ms=writing,
    )


class Ours:
    """Our engine, in this process, with one sampler."""

    def __init__(self, engine: Engine, sampler: str, name: str) -> None:
        self.name, self._engine, self._sampler = name, engine, sampler

    def warm(self, row: Row) -> None:
        """Ask as the key before did, with all the time it takes."""
        left = row.left[:-1]
        self._ask(replace(self._request(row), left=left, max_tokens=1, stream=False))

    def fill(self, row: Row, budget_ms: float) -> Filled:
        """Fill the hole: take what is settled until it is whole, as from the stream of the peer."""
        started, first, head, text, done = time.perf_counter(), 0.0, "", "", False
        for event in self._engine.fill(replace(self._request(row), budget_ms=budget_ms)):
            if isinstance(event, InfillResult):
                text, done = event.text, event.stop_reason is not StopReason.BUDGET
            else:
                text = event.text[: event.settled]
            if text and not first:
                first, head = (time.perf_counter() - started) * 1000, text
            if row.single_line and first_line(text)[1]:
                break
        ms = (time.perf_counter() - started) * 1000
        tokens = self._tokens(text) - self._tokens(head)
        return filled(row, text, done, tokens, ms, ms - (first or ms))

    def _tokens(self, text: str) -> int:
        return len(self._engine.encode(text))

    def _request(self, row: Row) -> InfillRequest:
        return InfillRequest(
            left=row.left,
            right=row.right,
            max_tokens=TOKENS,
            max_lines=LINES if row.single_line else 0,
            sampler=self._sampler,
            document=f"{row.task} {self.name}",
        )

    def _ask(self, request: InfillRequest) -> InfillResult:
        *_, result = self._engine.fill(request)
        assert isinstance(result, InfillResult)
        return result


class Llama:
    """llama.cpp's server, asked as llama.vim asks it, or with the right side first."""

    def __init__(self, address: str, *, right_first: bool) -> None:
        order = "right side first" if right_first else "its own order"
        self.name = f"llama.cpp, {order}"
        self._right_first = right_first
        alone = httpx.Limits(max_keepalive_connections=0)  # a stream that is left ends its own
        self._client = httpx.Client(base_url=address, timeout=120, trust_env=False, limits=alone)

    def warm(self, row: Row) -> None:
        """Have the server read the prompt of the key before; it keeps what it read."""
        question = self._question(replace(row, left=row.left[:-1]))
        self._client.post(self._path, json={**question, "n_predict": 1}).raise_for_status()

    def fill(self, row: Row, budget_ms: float) -> Filled:
        """Fill the hole: take what streams in until the budget is over."""
        started, first, text, tokens, stopped = time.perf_counter(), 0.0, "", 0, False
        with self._client.stream("POST", self._path, json=self._question(row)) as answer:
            for line in answer.iter_lines():
                if not line.startswith("data: "):
                    continue
                spent = (time.perf_counter() - started) * 1000
                if budget_ms and spent > budget_ms:
                    break
                first = first or spent
                event = json.loads(line.removeprefix("data: "))
                text, tokens = text + event["content"], tokens + 1
                stopped = event["stop"]
                if stopped or (row.single_line and first_line(text)[1]):
                    break
        ms = (time.perf_counter() - started) * 1000
        return filled(row, text, stopped, max(tokens - 1, 0), ms, ms - (first or ms))

    @property
    def _path(self) -> str:
        return "/completion" if self._right_first else "/infill"

    def _question(self, row: Row) -> dict[str, object]:
        asked = {
            "n_predict": TOKENS,
            "temperature": 0.0,
            "top_k": 1,
            "stream": True,
            "cache_prompt": True,
            "stop": STOPS,
        }
        if not self._right_first:
            return {**asked, "input_prefix": row.left, "input_suffix": row.right}
        before, between, middle = MARKS
        return {**asked, "prompt": f"{before}{between}{row.right}{middle}{row.left}"}


@contextmanager
def llama_server(gguf: Path, threads: int) -> Iterator[tuple[str, int]]:
    """Run the server; yields its address and process id."""
    command = [sys.executable, str(Path(__file__).with_name("llama_server.py")), str(gguf)]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, str(threads)], stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        address = server.stdout.readline().strip()
        try:
            yield address, server.pid
        finally:
            server.stdin.close()
            server.terminate()
