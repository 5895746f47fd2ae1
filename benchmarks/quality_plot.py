"""Draws how often a filled hole is right against the passes it takes.

`python benchmarks/quality_plot.py RESULT... --out PICTURE` reads what `infilling.py --out` wrote;
each variant is a point with its 95 % interval. Needs matplotlib.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from results import run

from unmask_model.protocol.errors import RequestInvalid


def main(
    results: Annotated[list[Path], typer.Argument(help="What infilling.py wrote with --out.")],
    out: Annotated[Path, typer.Option(help="Picture to write, PNG.")],
    variant: Annotated[list[str] | None, typer.Option(help="Variants to draw; else all.")] = None,
) -> None:
    """Draw the variants of several runs on the same rows."""
    read = [_read(file) for file in results]
    known = {name: one for found in read for name, one in found["variants"].items()}
    if unknown := set(variant or ()) - known.keys():
        raise RequestInvalid(f"no variant {', '.join(unknown)}; there are {', '.join(known)}")
    variants = {name: known[name] for name in variant or known}
    draw(variants, read[0]["title"], out)


def draw(variants: dict[str, dict[str, Any]], title: str, out: Path) -> None:
    """Write pass@1 against passes a hole, a point each."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, one in sorted(variants.items(), key=lambda item: item[1]["forwards"]["value"]):
        passes, passed = one["forwards"]["value"], one["passed"]
        spread = [[passed["value"] - passed["low"]], [passed["high"] - passed["value"]]]
        axes.errorbar([passes], [passed["value"]], yerr=spread, fmt="o", capsize=3, label=name)
    axes.set(xlabel="passes a hole", ylabel="pass@1", xlim=(0, None))
    axes.set_title(title, fontsize="small")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(out, dpi=110)


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        found["title"], found["variants"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RequestInvalid(f"{file} was expected to be written by --out: {error!r}") from error
    return found


if __name__ == "__main__":
    run(main)
