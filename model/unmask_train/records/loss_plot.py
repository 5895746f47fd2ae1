"""Draws the losses of a run over its steps. Needs matplotlib, which only training wants."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmask_train.examples.masked_copies import Copy

PLOT = "loss.png"
NEWEST = 0.1
"""Weight of a step in the running mean that is drawn: single steps differ by their examples."""


def draw(entries: Sequence[dict[str, Any]], out: Path) -> bool:
    """Write a PNG of a run's entries; return whether there is a matplotlib to draw it with."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        return False
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name in ("loss", *(kind.name.lower() for kind in Copy)):
        steps = [(entry["step"], entry[name]) for entry in entries if name in entry]
        if steps:
            axes.plot([step for step, _ in steps], _smooth([loss for _, loss in steps]), label=name)
    axes.set(xlabel="step", ylabel="loss, nats a place")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(out, dpi=110)
    return True


def _smooth(losses: Sequence[float]) -> list[float]:
    means = [losses[0]]
    for loss in losses[1:]:
        means.append((1 - NEWEST) * means[-1] + NEWEST * loss)
    return means
