"""A fleet of engines on Ray Serve: the same server many times, for many people or many GPUs.

Ray starts, watches and replaces the replicas, and scales them by the requests they work on. The
requests of a document go to the same replica, whose cache holds its context: Unmask's client names
the document in a header that Ray's router hashes. Everything else is server.py.
"""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from ray import serve
from ray.serve.config import AutoscalingConfig, RequestRouterConfig
from starlette.applications import Starlette

from unmask_model.engine.metrics import Metrics
from unmask_model.engine.worker import Worker
from unmask_model.protocol.errors import EngineClosed
from unmask_model.protocol.health import State
from unmask_model.server.rate_limit import RateLimits
from unmask_model.server.serve import load
from unmask_model.server.server import build
from unmask_model.transport.keys import read_token

ROUTER = "ray.serve.experimental.consistent_hash_router.ConsistentHashRouter"
"""By the header `x-session-id`; the client's SESSION is called so for its sake."""
LOOK_S = 0.1
"""Seconds between two looks at a replica that loads its model."""


class FleetOptions(BaseModel):
    """The `args` of a fleet's configuration file."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    model: str = "small"
    """A model's name, or a base file that every machine has."""
    token_file: Path
    """File, on every machine, with the token clients have to know: a fleet is never open."""
    gpus: Annotated[float, Field(ge=0)] = 0
    """GPUs of each replica, which has them to itself; parts share one."""
    least: Annotated[int, Field(ge=1)] = 1
    """Fewest replicas."""
    most: Annotated[int, Field(ge=1)] = 1
    """Most replicas."""
    ongoing: Annotated[int, Field(ge=1)] = 4
    """Requests a replica works on at a time before another one is started."""


class Replica:
    """One engine of a fleet."""

    def __init__(self, options: FleetOptions) -> None:
        self._options = options
        self._token = read_token(options.token_file)
        metrics = Metrics()
        self._worker = Worker(lambda progress: load(options.model, progress, metrics), metrics)

    def __serve_build_asgi_app__(self) -> Starlette:
        """Return the server; Ray starts it once and hands it the requests."""
        limits = RateLimits(streams=2 * self._options.ongoing)
        return build(self._worker, self._options.model, self._token, limits)

    async def check_health(self) -> None:
        """Wait until the model is loaded; raise EngineClosed where it never will be.

        Ray sends no requests before this has returned for the first time.
        """
        while self._worker.failure is None and self._worker.state is State.LOADING:
            await asyncio.sleep(LOOK_S)
        if self._worker.failure is not None:
            raise EngineClosed(f"the replica has no model: {self._worker.failure}")


def fleet(options: FleetOptions) -> Any:
    """Return the application that `serve run` and `serve deploy` want (`import_path`)."""
    deployment = serve.deployment(
        name="unmask",
        ray_actor_options={"num_gpus": options.gpus},
        max_ongoing_requests=2 * options.ongoing,
        request_router_config=RequestRouterConfig(request_router_class=ROUTER),
        autoscaling_config=AutoscalingConfig(
            min_replicas=options.least,
            max_replicas=max(options.least, options.most),
            target_ongoing_requests=options.ongoing,
        ),
    )
    return deployment(serve.ingress()(Replica)).bind(options)
