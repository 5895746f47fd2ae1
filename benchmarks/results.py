"""What every benchmark does with its figures: sum them up, write them down, say what failed."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import typer
from machine import machine
from rich.console import Console
from rich.progress import track

from unmask_model.protocol.errors import UnmaskError

T = TypeVar("T")


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of at least one value."""
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50": float(p50), "p95": float(p95)}


def progress(items: Sequence[T], description: str) -> Iterable[T]:
    """Go through `items` behind a progress bar on stderr."""
    return track(items, description, console=Console(stderr=True))


def write(out: Path | None, result: dict[str, Any]) -> None:
    """Write a result and what it ran on as JSON; nothing if no file is named."""
    if out is not None:
        text = json.dumps({"machine": machine(), **result}, indent=1, default=asdict)
        out.write_text(text + "\n", encoding="utf-8")


def run(command: Callable[..., None]) -> None:
    """Run a benchmark's command line; what it could not do is one line and exit status 1."""
    try:
        typer.run(command)
    except UnmaskError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
