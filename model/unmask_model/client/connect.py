"""From what a user set to what answers: an engine here, one elsewhere, another server's model.

Imports no torch. Only a model or a server that the user named is ever spoken to.
"""

import asyncio

from unmask_model.client.engine_client import EngineClient
from unmask_model.client.engine_process import LOOK_S, OnProgress, ensure_engine
from unmask_model.client.remote.remote_client import RemoteClient
from unmask_model.client.remote.remote_models import address_of, remote_model
from unmask_model.protocol.errors import EngineClosed
from unmask_model.protocol.health import PROTOCOL, State
from unmask_model.transport.address import Address, host_of
from unmask_model.transport.keys import SERVER, find_key


async def connect(server: str, model: str, on_progress: OnProgress) -> EngineClient | RemoteClient:
    """Return a client of a model on a server; an empty `server` is this machine.

    Raises what `ensure_engine` raises, ModelNotFound where a key or an address is missing, and
    RequestInvalid where text would go over plain HTTP to another machine.
    """
    remote = remote_model(model)
    if remote is not None:
        address = await asyncio.to_thread(address_of, remote, server)
        return RemoteClient(remote, address, model.partition("/")[2])
    if not server:
        return await ensure_engine(model, on_progress)
    return await _elsewhere(server, on_progress)


async def _elsewhere(server: str, on_progress: OnProgress) -> EngineClient:
    """Return a client of an engine that somebody else started, once its model is loaded."""
    token = await asyncio.to_thread(find_key, SERVER, host_of(server))
    client = EngineClient(Address(url=server.rstrip("/"), token=token))
    try:
        while (health := await client.health()).state is State.LOADING:
            on_progress(health.stage or f"loading {health.model}", health.progress)
            await asyncio.sleep(LOOK_S)
        if health.protocol != PROTOCOL:
            raise EngineClosed(
                f"{server} runs version {health.version} of Unmask, which has another protocol;"
                " install the same version on both sides"
            )
    except BaseException:
        await client.aclose()
        raise
    return client
