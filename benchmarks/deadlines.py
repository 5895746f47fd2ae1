"""What a deadline does: how long the engine takes, and how often there is an answer in time."""

from collections.abc import Iterable
from dataclasses import dataclass

from engines import ask, idle
from places import Place
from results import percentiles

from unmask_model.engine.engine import Engine
from unmask_model.protocol.request import InfillRequest, InfillResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of requests with a deadline."""

    total_ms: dict[str, float]
    """Median and 95th percentile of the engine's milliseconds, from receipt."""
    slowest_ms: float
    """The longest answer."""
    answered: float
    """Share that was not empty when the engine was done."""
    in_time: float
    """Share that was not empty and came within the budget."""
    passes: dict[str, float]
    """Median and 95th percentile of passes."""


def measure_deadlines(
    engine: Engine, places: Iterable[Place], budget_ms: float
) -> tuple[Answered, Answered]:
    """Ask for each place with a cold context, then read, after one more character was typed.

    Between the two the engine idles, as it does while nobody types.
    """
    cold, warm = [], []
    for place in places:
        cold.append(_ask(engine, place, 0, budget_ms))
        idle(engine)
        warm.append(_ask(engine, place, 1, budget_ms))
    return _answered(cold, budget_ms), _answered(warm, budget_ms)


def _ask(engine: Engine, place: Place, typed: int, budget_ms: float) -> InfillResult:
    left, document = place.left + place.hole[:typed], f"budget {place.name}"
    request = InfillRequest(left=left, right=place.right, budget_ms=budget_ms, document=document)
    return ask(engine, request)


def _answered(results: list[InfillResult], budget_ms: float) -> Answered:
    total = [result.ms["total"] for result in results]
    full = [bool(result.text.strip()) for result in results]
    in_time = [some and ms <= budget_ms for some, ms in zip(full, total, strict=True)]
    return Answered(
        total_ms=percentiles(total),
        slowest_ms=max(total),
        answered=sum(full) / len(full),
        in_time=sum(in_time) / len(in_time),
        passes=percentiles([result.forwards for result in results]),
    )
