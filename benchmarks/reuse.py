"""What reading only what is new saves: a request after typing, against reading all anew.

The context is 512 tokens, the canvas 24 places gone over six times, and there is no deadline. The
two requests that are compared are the same but for what the engine remembers, so their blocks
must be the same too; in float32 they are, in bfloat16 a near tie may fall the other way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engines import ask
from places import Place
from results import percentiles

from unmask_model.engine.engine import Engine
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.tokens.vocabulary import Vocabulary

LEFT_TOKENS, RIGHT_TOKENS = 384, 128
"""Context tokens of either side."""
SAMPLER, PLACES = "fixed:passes=6", 24
TYPED = 5
"""Characters typed between two requests."""
CHARACTERS_A_TOKEN = 16
"""More than code has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """Requests after typing, against the cold ones."""

    repeats: int
    """How many of each."""
    context_tokens: dict[str, float]
    """Median and 95th percentile of the context's tokens."""
    opened_ms: dict[str, float]
    """The cold request before anything was typed."""
    opened_passes: dict[str, float]
    """Its passes: six, or fewer where an END closed places early."""
    typed_ms: dict[str, float]
    """The request after typing, with what was read before."""
    typed_passes: dict[str, float]
    """Its passes."""
    unread_ms: dict[str, float]
    """The same request with nothing read before."""
    typed_by_opened: dict[str, float]
    """Its time by that of the request before typing."""
    typed_by_unread: dict[str, float]
    """Its time by that of the same request with nothing read."""
    same_block: int
    """How often the request gave the same block with what was read and without."""


def cut_to_size(places: Iterable[Place], vocabulary: Vocabulary) -> Iterator[Place]:
    """Give those places that have 512 tokens around them and enough to type, cut to that."""
    for place in places:
        left = vocabulary.encode(place.left[-LEFT_TOKENS * CHARACTERS_A_TOKEN :])
        right = vocabulary.encode(place.right[: RIGHT_TOKENS * CHARACTERS_A_TOKEN])
        if len(left) >= LEFT_TOKENS and len(right) >= RIGHT_TOKENS and len(place.hole) > TYPED:
            yield replace(
                place,
                left=vocabulary.decode(left[-LEFT_TOKENS:]),
                right=vocabulary.decode(right[:RIGHT_TOKENS]),
            )


def measure_reuse(engine: Engine, places: Iterable[Place]) -> Reuse:
    """Ask at each place cold, after typing five characters, and the same again cold."""
    asked = [_three(engine, place) for place in places]
    opened, typed, unread = (list(column) for column in zip(*asked, strict=True))
    return Reuse(
        repeats=len(asked),
        context_tokens=percentiles([_context_tokens(result) for result in unread]),
        opened_ms=percentiles(_ms(opened)),
        opened_passes=percentiles([result.forwards for result in opened]),
        typed_ms=percentiles(_ms(typed)),
        typed_passes=percentiles([result.forwards for result in typed]),
        unread_ms=percentiles(_ms(unread)),
        typed_by_opened=percentiles(_ratios(typed, opened)),
        typed_by_unread=percentiles(_ratios(typed, unread)),
        same_block=sum(one.text == other.text for one, other in zip(typed, unread, strict=True)),
    )


def _three(engine: Engine, place: Place) -> tuple[InfillResult, InfillResult, InfillResult]:
    request = InfillRequest(
        left=place.left,
        right=place.right,
        max_tokens=PLACES,
        sampler=SAMPLER,
        document=f"reuse {place.name}",
    )
    later = replace(request, left=place.left + place.hole[:TYPED])
    elsewhere = replace(later, document=f"{request.document} anew")
    return ask(engine, request), ask(engine, later), ask(engine, elsewhere)


def _context_tokens(result: InfillResult) -> int:
    assert result.plan is not None
    return result.plan.context_tokens


def _ms(results: list[InfillResult]) -> list[float]:
    return [result.ms["total"] for result in results]


def _ratios(results: list[InfillResult], others: list[InfillResult]) -> list[float]:
    return [one / other for one, other in zip(_ms(results), _ms(others), strict=True)]
