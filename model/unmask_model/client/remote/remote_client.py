"""The way to a model that another server has: FIM completions as Mercury and OpenAI shape them.

Speaks as the engine's own client does: snapshots, then a result. What has come at the deadline
counts up to its last whole line, so that no line is ever cut off. Requests carry the text left and
right of the hole, and nothing that says who asks.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

import httpx
from pydantic import TypeAdapter

from unmask_model.client.lines import lines
from unmask_model.client.remote.answers import Edit, Listing, read, read_part, require_success
from unmask_model.client.remote.edit_prompt import edit_prompt, edited
from unmask_model.client.remote.remote_models import RemoteModel
from unmask_model.protocol.errors import EngineClosed, ModelNotFound
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult, StopReason
from unmask_model.transport.address import Address

CONNECT_S = 5.0
"""Seconds a server has to accept a connection."""
SILENCE_S = 60.0
"""Seconds without a word after which an answer counts as broken."""
EDIT, LISTING = TypeAdapter(Edit), TypeAdapter(Listing)
FINISHED = {"length": StopReason.LENGTH}
"""Stop reasons by what the server calls them; END for every other."""

Part = tuple[str, str | None]
"""Text that came, and why it ended if it did."""


class RemoteClient:
    """A connection to one model of another server."""

    def __init__(self, remote: RemoteModel, address: Address, model: str = "") -> None:
        self._remote = remote
        self._model = model or remote.model
        self._address = address
        self.sends_to = address.sends_to
        """Host that the text goes to; empty if it stays on this machine."""
        self.is_own = False
        """Whether it is this machine's own engine: never, and an answer may cost money."""
        self._http = httpx.AsyncClient(
            base_url=address.url,
            headers=address.headers,
            timeout=httpx.Timeout(SILENCE_S, connect=CONNECT_S),
            trust_env=bool(self.sends_to),  # a proxy would take the text off this machine
        )

    async def fill(
        self, request: InfillRequest
    ) -> AsyncGenerator[BlockSnapshot | InfillResult, None]:
        """Yield snapshots and, last, the result; closing the generator closes the connection.

        Raises RequestInvalid, EngineBusy, EngineClosed, ModelNotFound.
        """
        started, text, stop = perf_counter(), "", StopReason.END
        edits = bool(request.rewrite and request.rewrite.redo and self._remote.edit)
        try:
            async with aclosing(self._edit(request) if edits else self._fill(request)) as parts:
                while (part := await self._next(parts, request.budget_ms, started)) is not None:
                    text, stop = text + part[0], FINISHED.get(part[1] or "", StopReason.END)
                    if request.max_lines and text.count("\n") >= request.max_lines:
                        text, stop = _lines(text, request.max_lines), StopReason.LINES
                        break
                    yield BlockSnapshot(text=text, masked=0, step=1, settled=len(text))
        except TimeoutError:
            text, stop = text[: text.rfind("\n") + 1], StopReason.BUDGET
        except httpx.TransportError as error:
            raise EngineClosed(f"no server answers at {self._address}; see that it runs") from error
        ms = (perf_counter() - started) * 1000
        yield InfillResult(text=text, stop_reason=stop, ms={"total": ms}, model=self._model)

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._http.aclose()

    async def _next(
        self, parts: AsyncGenerator[Part, None], budget_ms: float, started: float
    ) -> Part | None:
        """Return the next part, None at the end; raise TimeoutError at the deadline."""
        left = budget_ms / 1000 - (perf_counter() - started) if budget_ms else None
        return await asyncio.wait_for(anext(parts, None), left)

    async def _fill(self, request: InfillRequest) -> AsyncGenerator[Part, None]:
        asked = {
            "model": await self._wanted(),
            "prompt": request.left,
            "suffix": request.right,
            "max_tokens": request.max_tokens,
            "stream": True,
            **({"stop": ["\n"]} if request.max_lines == 1 else {}),
        }
        async with self._http.stream("POST", self._remote.fill, json=asked) as answer:
            require_success(answer.status_code, self._remote.name)
            async for line in lines(answer):
                data = line.removeprefix("data:").strip()
                if data == line.strip() or data == "[DONE]":
                    continue  # a comment, an empty line, or the end
                for choice in read_part(data, self._remote.name).choices[:1]:
                    yield choice.text or "", choice.finish_reason

    async def _edit(self, request: InfillRequest) -> AsyncGenerator[Part, None]:
        assert request.rewrite is not None
        message = {"role": "user", "content": edit_prompt(request, request.rewrite)}
        asked = {"model": await self._wanted(), "messages": [message]}
        answer = await self._http.post(self._remote.edit, json=asked)
        require_success(answer.status_code, self._remote.name)
        choice = read(EDIT, answer.content, self._remote.name).choices[0]
        yield edited(choice.message.content or ""), choice.finish_reason

    async def _wanted(self) -> str:
        """Return the name of the model to ask for: the user's, ours, or the first there is."""
        if not self._model:
            answer = await self._http.get("/models")
            require_success(answer.status_code, self._remote.name)
            listed = read(LISTING, answer.content, self._remote.name).data
            if not listed:
                raise ModelNotFound(f"{self._address} lists no model; name one after a slash")
            self._model = listed[0].id
        return self._model


def _lines(text: str, most: int) -> str:
    return "\n".join(text.split("\n")[:most])
