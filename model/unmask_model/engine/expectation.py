"""What a person can expect of a model on this machine: its passes, run for a moment."""

from dataclasses import dataclass

from unmask_model.engine.engine import Engine

ROWS = (1, 2, 4, 8, 16)
"""Rows of the passes that are told."""
LINE_PASSES, LINE_ROWS = 5, 3
"""Passes that the rest of a line takes, and rows of each: the median (docs/benchmarks.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What was measured."""

    passes: tuple[tuple[int, float], ...]
    """Rows, and milliseconds of a pass of so many."""
    read_s: float
    """Seconds that a whole window takes at a new place."""
    line_ms: float
    """Milliseconds of the rest of a line where the code around it was read."""

    @classmethod
    def of(cls, engine: Engine) -> "Expectation":
        """Time the passes of an engine's model."""
        engine.warm_up()
        costs = engine.costs
        return cls(
            passes=tuple((rows, costs.usual_pass_ms(rows)) for rows in ROWS),
            read_s=costs.read_ms(engine.window) / 1000,
            line_ms=LINE_PASSES * costs.usual_pass_ms(LINE_ROWS),
        )
