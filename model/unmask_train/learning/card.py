"""The card of an adapter, in Markdown: its base, data, recipe and losses."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safetensors import safe_open

from unmask_train.examples.masked_copies import Copy
from unmask_train.learning.run import ADAPTER
from unmask_train.records.history import History
from unmask_train.records.recipe import RECIPE

CARD = "card.md"
_CURVE_ROWS = 12


def write_card(run: Path, corpus: Path) -> Path:
    """Write the card of the adapter in `run`, trained on `corpus`; return its file."""
    with safe_open(run / ADAPTER, framework="pt") as adapter:
        metadata = dict(adapter.metadata())
    manifest = json.loads((corpus / "manifest.json").read_text("utf-8"))
    recipe = json.loads((run / RECIPE).read_text("utf-8"))
    entries = History(run).entries()
    sections = [
        "# Adapter",
        _facts(metadata, manifest, entries),
        "## Recipe",
        "\n".join(f"- {name}: {value}" for name, value in recipe.items()),
        "## Loss",
        _curve([entry for entry in entries if "loss" in entry]),
        "## Held-out packages",
        _readings([entry for entry in entries if "reading" in entry]),
        "## Data",
        _packages(manifest),
    ]
    card = run / CARD
    card.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return card


def _facts(
    metadata: dict[str, str], manifest: dict[str, Any], entries: Sequence[dict[str, Any]]
) -> str:
    last = entries[-1] if entries else {}
    rows = {
        "base (SHA-256)": metadata["base_sha256"],
        "steps": metadata["steps"],
        "hours of training": f"{float(metadata['seconds']) / 3600:.2f}",
        "contexts seen": last.get("examples", "unknown"),
        "places with a loss": last.get("tokens", "unknown"),
        "packages": len(_taken(manifest)),
        "energy": "unknown: this kind of machine does not tell",
    }
    return _table(("", ""), [(name, str(value)) for name, value in rows.items()])


def _curve(entries: Sequence[dict[str, Any]]) -> str:
    """Mean losses over equal stretches of the run."""
    kinds = ("loss", *(kind.name.lower() for kind in Copy))
    size = max(1, -(-len(entries) // _CURVE_ROWS))
    stretches = [entries[start : start + size] for start in range(0, len(entries), size)]
    rows = [
        (
            str(stretch[-1]["step"]),
            *(_mean([e[kind] for e in stretch if kind in e]) for kind in kinds),
        )
        for stretch in stretches
    ]
    return _table(("up to step", *kinds), rows)


def _readings(entries: Sequence[dict[str, Any]]) -> str:
    rows = [
        (
            str(entry["step"]),
            *(f"{100 * share:.0f} %" for share in entry["reading"]["at_place"]),
            f"{entry['reading']['run']:.2f}",
            f"{100 * entry['reading']['causal']:.0f} %",
            f"{entry['reading'].get('ahead', 0):.2f}",
        )
        for entry in entries
    ]
    return _table(
        (
            "step",
            "place 0",
            "place 1",
            "place 2",
            "place 3",
            "mean right run",
            "left to right",
            "run ahead",
        ),
        rows,
    )


def _packages(manifest: dict[str, Any]) -> str:
    rows = [
        (package["name"], package.get("version", ""), str(package.get("licence", "")))
        for package in _taken(manifest)
    ]
    return _table(("package", "version", "licence"), rows)


def _taken(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Packages that were learned from."""
    return [p for p in manifest["packages"] if p.get("split") == "train" and p.get("characters")]


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.2f}" if values else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
