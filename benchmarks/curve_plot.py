"""Draws how right a model is about what is shown, against how much is shown. Needs matplotlib."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure


def draw(points: Sequence[dict[str, float]], title: str, out: Path) -> None:
    """Write precision against share shown; each point is a least score."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    drawn = [point for point in points if point["shown"] > 0]
    axes.plot([p["shown"] for p in drawn], [p["exact"] for p in drawn], "o-", color="#4c72b0")
    for point in drawn[::2]:
        at = (point["shown"], point["exact"])
        axes.annotate(f"{point['least']:.2f}", at, xytext=(4, 4), textcoords="offset points")
    axes.set(xlabel="share shown", ylabel="first line exact", title=title, xlim=(0, 1), ylim=(0, 1))
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(out, dpi=110)
