"""What a private listener is told of workspaces: `POST /v1/memory` takes an update, `GET` says what
is known, and a `GET` with a workspace's key behind it keeps that memory while it is open.
"""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from unmask_model.engine.memories import Memories
from unmask_model.protocol.memory import MEMORY
from unmask_model.protocol.wire import decode_update, encode_account, encode_accounts
from unmask_model.server.body import read_body


def memory_routes(memories: Memories) -> list[Route]:
    """Return the routes, for a listener that only this machine's user reaches."""

    async def update(request: Request) -> Response:
        account = await memories.take(decode_update(await read_body(request)))
        return Response(encode_account(account), media_type="application/json")

    async def accounts(_: Request) -> Response:
        return Response(encode_accounts(memories.accounts()), media_type="application/json")

    async def hold(request: Request) -> Response:
        return StreamingResponse(memories.hold(request.path_params["workspace"]))

    return [
        Route(MEMORY, update, methods=["POST"]),
        Route(MEMORY, accounts, methods=["GET"]),
        Route(f"{MEMORY}/{{workspace}}", hold),
    ]
