"""How many people an engine serves: recorded sessions typed at once, against the clock.

Every client types a recording at a steady rate and asks at each key with a budget; a newer key
takes the older request back, as in an editor. Rounds with passes shared by all requests and rounds
with a pass for each take turns in one run, so that both meet the same other load. No HTTP between.
"""

import asyncio
from collections import Counter
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Annotated

import typer
from person import BACKSPACE, CYCLE, UNDO, Recording
from process_memory import resident_mb
from replay import RECORDINGS, read_recording
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.engine.answer_stream import listen
from unmask_model.engine.engine import Engine, EngineOptions
from unmask_model.engine.worker import Worker
from unmask_model.families.open_model import OpenedModel, open_model
from unmask_model.protocol.errors import EngineBusy
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How clients type."""

    seconds: float
    """For how long."""
    keys_a_second: float
    """How quickly."""
    budget_ms: float
    """Time of each request."""


@dataclass(slots=True, kw_only=True)
class Round:
    """What came of so many clients."""

    clients: int
    """How many typed."""
    shared: bool
    """Whether requests shared their passes."""
    keys: int = 0
    """Requests."""
    ends: Counter[str] = field(default_factory=Counter)
    """How they ended: answered, late, empty, busy, overtaken by the next key."""
    ms: list[float] = field(default_factory=list)
    """Milliseconds of those that ended with an answer."""
    seconds: float = 0.0
    """How long it took."""
    memory_half_way_mb: float = 0.0
    """Resident memory of the process after half the time."""
    memory_mb: float = 0.0
    """The same at the end."""


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    model: Annotated[str, typer.Option(help="Model that answers.")] = "small",
    clients: Annotated[list[int] | None, typer.Option(help="Default: 1 2 4 8 16.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Length of a round.")] = 30.0,
    keys: Annotated[float, typer.Option(min=0.1, help="Keys a second of a client.")] = 4.0,
    budget: Annotated[float, typer.Option(min=1, help="Milliseconds of a request.")] = 300.0,
    turns: Annotated[int, typer.Option(min=1, help="Rounds of each kind.")] = 2,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Type with more and more clients, passes shared and not."""
    opened = open_model(model)
    recordings = [read_recording(file) for file in sorted(RECORDINGS.glob("*.json"))]
    pace = Pace(seconds=seconds, keys_a_second=keys, budget_ms=budget)
    asked = [(n, one) for n in clients or [1, 2, 4, 8, 16] for one in [True, False] * turns]
    rounds = [
        asyncio.run(measure(opened, recordings, Round(clients=n, shared=shared), pace))
        for n, shared in progress(asked, "rounds")
    ]
    Console().print(table(rounds, budget))
    settings = {"model": model, "pace": asdict(pace)}
    write(out, {**settings, "rounds": [figures(one, budget) for one in rounds]})


async def measure(
    model: OpenedModel, recordings: list[Recording], told: Round, pace: Pace
) -> Round:
    """Let clients type on an engine of their own; return the round with what came of it."""
    options = EngineOptions(sampler=model.sampler, share_passes=told.shared)
    engine = Engine(model.denoiser, model=model.name, options=options)
    engine.warm_up()
    worker = Worker(lambda report: engine)
    worker.start()
    started = perf_counter()
    typing = islice(cycle(recordings), told.clients)
    await asyncio.gather(
        _look_half_way(told, pace),
        *(_type(worker, one, f"document {k}", told, pace) for k, one in enumerate(typing)),
    )
    told.seconds = perf_counter() - started
    await asyncio.to_thread(worker.close)
    told.memory_mb = resident_mb()
    return told


async def _look_half_way(told: Round, pace: Pace) -> None:
    await asyncio.sleep(pace.seconds / 2)
    told.memory_half_way_mb = resident_mb()


async def _type(
    worker: Worker, recording: Recording, document: str, told: Round, pace: Pace
) -> None:
    random, end, left = Random(document), perf_counter() + pace.seconds, recording.left
    asking: asyncio.Task[None] | None = None
    for key in cycle(key for key in recording.keys if key not in (CYCLE, UNDO)):
        await asyncio.sleep(random.uniform(0.5, 1.5) / pace.keys_a_second)
        if perf_counter() > end:
            break
        left = left[:-1] if key == BACKSPACE else left + key
        if asking is not None and not asking.done():
            asking.cancel()
        request = InfillRequest(
            left=left, right=recording.right, budget_ms=pace.budget_ms, document=document
        )
        asking = asyncio.create_task(_ask(worker, request, told))
    if asking is not None:
        await asyncio.wait([asking])


async def _ask(worker: Worker, request: InfillRequest, told: Round) -> None:
    told.keys += 1
    received = perf_counter()
    try:
        async with aclosing(listen(worker, request, received)) as events:
            async for event in events:
                if isinstance(event, InfillResult):
                    told.ends[_end(event)] += 1
                    told.ms.append((perf_counter() - received) * 1000)
    except EngineBusy:
        told.ends["busy"] += 1
    except asyncio.CancelledError:
        told.ends["overtaken"] += 1


def _end(result: InfillResult) -> str:
    if result.stop_reason is StopReason.SUPERSEDED:
        return "overtaken"
    return "answered" if result.text else "empty"


def figures(one: Round, budget: float) -> dict[str, object]:
    """Return a round in figures."""
    times = percentiles(one.ms) if one.ms else {}
    return {
        "clients": one.clients,
        "shared": one.shared,
        "keys": one.keys,
        "ends": dict(one.ends),
        "ms": times,
        "in_time": sum(ms <= budget for ms in one.ms) / max(len(one.ms), 1),
        "answers_a_second": one.ends["answered"] / one.seconds,
        "memory_half_way_mb": one.memory_half_way_mb,
        "memory_mb": one.memory_mb,
    }


def table(rounds: list[Round], budget: float) -> Table:
    """One row a round."""
    names = ("clients", "passes", "keys", "answered", "empty", "busy", "overtaken")
    last = ("p50", "p95", "in time %", "answers/s", "MB half-way", "MB")
    made = Table(*names, *last, title="typing clients")
    for one in rounds:
        found = percentiles(one.ms) if one.ms else {"p50": 0.0, "p95": 0.0}
        in_time = 100 * sum(ms <= budget for ms in one.ms) / max(len(one.ms), 1)
        ends = (str(one.ends[name]) for name in names[3:])
        times = (f"{found['p50']:.0f}", f"{found['p95']:.0f}", f"{in_time:.0f}")
        rate = f"{one.ends['answered'] / one.seconds:.1f}"
        kind = "shared" if one.shared else "one each"
        memory = (f"{mb:.0f}" for mb in (one.memory_half_way_mb, one.memory_mb))
        made.add_row(str(one.clients), kind, str(one.keys), *ends, *times, rate, *memory)
    return made


if __name__ == "__main__":
    run(main)
