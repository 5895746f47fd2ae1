"""Engines in this process, asked for one result at a time."""

import time

from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.families.open_model import OpenedModel
from unmask_model.protocol.deadline import Clock
from unmask_model.protocol.request import InfillRequest, InfillResult


def engine_of(model: OpenedModel, sampler: str = "", clock: Clock = time.perf_counter) -> Engine:
    """Return an engine of that model; an empty `sampler` is the one that suits the model."""
    options = EngineOptions(sampler=sampler or model.sampler)
    return Engine(model.denoiser, model=model.name, options=options, clock=clock)


def ask(engine: Engine, request: InfillRequest) -> InfillResult:
    """Return the result of a request."""
    *_, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return result


def idle(engine: Engine) -> None:
    """Let the engine do what it does between two requests: finish reads it had put down."""
    while engine.step():
        pass
