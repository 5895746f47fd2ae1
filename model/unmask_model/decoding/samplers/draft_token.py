"""An id that may come next, and how likely it is to: what a draft is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftToken:
    """One place of a draft."""

    id: int
    chance: float
    """How often such an id is right where all before it are, 0 to 1."""


def likelier(one: DraftToken | None, other: DraftToken | None) -> DraftToken | None:
    """Return the likelier of two, likelier still where both say the same; None without any."""
    if one is None or other is None:
        return one or other
    if one.id == other.id:
        return DraftToken(id=one.id, chance=1 - (1 - one.chance) * (1 - other.chance))
    return max(one, other, key=lambda each: each.chance)
