"""Which path speaks which dialect, and what models there are: one."""

import time
from collections.abc import Awaitable, Callable

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from unmask_model.engine.worker import Worker
from unmask_model.server.dialects.dialect import Dialect
from unmask_model.server.dialects.endpoint import Endpoint
from unmask_model.server.dialects.llama_cpp import LlamaInfill
from unmask_model.server.dialects.mercury import FimCompletion
from unmask_model.server.dialects.openai import Completion

DIALECTS: dict[str, type[Dialect]] = {
    "/v1/completions": Completion,
    "/v1/fim/completions": FimCompletion,
    "/infill": LlamaInfill,
}
"""What is sent to which path."""

Answer = Callable[[Request], Awaitable[Response]]


def endpoints(worker: Worker, model: str) -> dict[str, Answer]:
    """Return what answers requests posted to each path."""
    return {
        path: Endpoint(dialect=TypeAdapter(dialect), worker=worker, model=model).answer
        for path, dialect in DIALECTS.items()
    }


def models(model: str) -> Answer:
    """Return what answers `GET /v1/models`."""
    created = int(time.time())

    async def answer(_: Request) -> Response:
        one = {"id": model, "object": "model", "created": created, "owned_by": "unmask"}
        return JSONResponse({"object": "list", "data": [one]})

    return answer
