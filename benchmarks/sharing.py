"""Several editors, one engine, one copy of the weights: the memory of each process.

Starts as many language servers as asked for, has them ask in turn, and looks at each process once
all have rested for a while, at the engine right after the last request too.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated

import typer
from places import random_places, rest_of_line
from process_memory import proportional_mb, resident_mb
from results import run, write
from rich.console import Console
from rich.table import Table
from server_session import server_session

from unmask_model.client.engine_process import find_engine
from unmask_model.engine.worker import REST_S


def main(
    model: Annotated[str, typer.Option(help="Model that answers.")] = "small",
    editors: Annotated[int, typer.Option(min=1, help="Language servers.")] = 5,
    requests: Annotated[int, typer.Option(help="Rests of lines asked for, all together.")] = 100,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Start the servers, and print what each process takes."""
    if sys.platform != "linux":
        raise typer.BadParameter("only Linux says how much memory is shared")
    found = asyncio.run(measure(model, editors, requests))
    table = Table(
        "process",
        "resident MB",
        "proportional MB",
        title=f"{editors} editors, {model}, {requests} requests",
    )
    for name, (resident, proportional) in found.items():
        table.add_row(name, f"{resident:.0f}", f"{proportional:.0f}")
    Console().print(table)
    write(out, {"model": model, "editors": editors, "mb": found})


async def measure(model: str, editors: int, requests: int) -> dict[str, tuple[float, float]]:
    """Return resident and proportional megabytes of the engine and of every server."""
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(server_session(model=model, budget_ms=0))
            for _ in range(editors)
        ]
        places = islice(random_places(rest_of_line, 0), requests)
        for server, place in zip(cycle(servers), places, strict=False):
            text = place.left + place.right
            server.open("python", text)
            await server.ask(text, len(place.left), True)
        pids = {f"server {number + 1}": pid for number, pid in enumerate(_children())}
        client = await find_engine(model)
        assert client is not None
        pids["engine"] = (await client.health()).pid
        await client.aclose()
        busy = {f"{name}, at once": pid for name, pid in pids.items() if name == "engine"}
        found = {name: (resident_mb(pid), proportional_mb(pid)) for name, pid in busy.items()}
        await asyncio.sleep(2 * REST_S)
        return {
            **{name: (resident_mb(pid), proportional_mb(pid)) for name, pid in pids.items()},
            **found,
        }


def _children() -> list[int]:
    """Return the processes this one has started: the servers."""
    this = os.getpid()
    return [int(pid) for pid in Path(f"/proc/{this}/task/{this}/children").read_text().split()]


if __name__ == "__main__":
    run(main)
