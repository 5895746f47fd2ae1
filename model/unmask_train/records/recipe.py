"""All choices of a training run, in one place, kept beside what it produced."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from unmask_model.protocol.errors import RequestInvalid
from unmask_train.examples.masked_copies import Layout, Weighting

RECIPE = "recipe.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Every choice of a run except the base and the corpus."""

    minutes: float = 120.0
    """Training time; measuring and pauses are not counted."""
    layers: int = 0
    """First layers of the base that are used, its own norm and head behind them; 0: all."""
    rank: int = 16
    """Rank of every low-rank change."""
    learning_rate: float = 5e-4
    """Highest learning rate."""
    warm_up: float = 0.03
    """Share of the time in which the rate rises from 0."""
    contexts: int = 4
    """Contexts of one part of a step."""
    parts: int = 2
    """Parts of a step: forwards whose gradients are added up (gradient accumulation)."""
    blocks: int = 3
    """Blocks of one context."""
    lengths: tuple[int, ...] = (8, 12, 16, 24, 24, 32)
    """Places of a block; each part draws one."""
    lefts: tuple[int, ...] = (64, 128, 128, 192, 320)
    """Most tokens left of the end of a hole; each part draws one."""
    rights: tuple[int, ...] = (32, 64, 96)
    """Most tokens right of a hole; each part draws one."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    seed: int = 0
    """Seed of every random choice."""
    layout: Layout = field(default_factory=Layout)
    """Copies of a block."""
    weighting: Weighting = field(default_factory=Weighting)
    """How much each kind of place counts."""

    def changed(self, change: str) -> "Recipe":
        """Return the recipe with one field set: `rank=8`, `layout.ahead=6`, `lengths=[24]`.

        Raises RequestInvalid where it has no such field, or the field no such value.
        """
        path, _, value = change.partition("=")
        fields: dict[str, Any] = asdict(self)
        *outer, last = path.split(".")
        try:
            inner = fields
            for name in outer:
                inner = inner[name]
            inner[last]  # one that is there
            inner[last] = TypeAdapter(Any).validate_json(value)
            return TypeAdapter(Recipe).validate_python(fields)
        except (KeyError, TypeError, ValidationError) as error:
            raise RequestInvalid(f"{change!r} is no change of a recipe: {error}") from error

    def save(self, folder: Path) -> None:
        """Write the recipe into the folder of its run."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECIPE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
