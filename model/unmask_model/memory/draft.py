"""What may come next, as the places say where the same ids stood before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul

from unmask_model.memory.chances import Case, Chances
from unmask_model.memory.matches import Matches
from unmask_model.memory.segment import GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something stands in a workspace."""

    name: str
    """The text."""
    place: int
    """Index of its first id in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Ids that may come next, and how sure that is."""

    ids: tuple[int, ...]
    chances: tuple[float, ...]
    """How likely each is right where all before it are, 0 to 1."""
    cases: tuple[Case, ...]
    """What is known of each."""
    origin: Origin
    """A place where all of them stand."""

    @property
    def expected(self) -> float:
        """How many of the ids are right, most likely."""
        return math.fsum(accumulate(self.chances, mul))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of draft is wanted."""

    near: str
    """The text that is written."""
    most: int
    """Most ids."""
    least: float
    """A draft ends where it is less likely than this to be right so far, 0 to 1."""


def draft_of(
    matches: Sequence[Matches], weights: Sequence[float], chances: Chances, wish: Wish
) -> Draft | None:
    """Let the places of matches of one length vote with their `weights`, id after id.

    A place that was outvoted says nothing more. None where not even one id is likely enough.
    """
    following = [row for match in matches for row in match.following(wish.most).tolist()]
    near = all(match.segment.names[at] == wish.near for match in matches for at in match.texts)
    rows = list(range(len(following)))
    ids: list[int] = []
    cases: list[Case] = []
    likely: list[float] = []
    for ahead in range(wish.most):
        votes = _votes(following, rows, weights, ahead)
        if not votes:
            break
        best = max(votes, key=votes.__getitem__)
        case = Case(
            near=near,
            alone=len(rows) == 1,
            length=matches[0].length + ahead,
            share=votes[best] / sum(votes.values()),
        )
        if math.prod(likely) * (chance := chances.of(case)) < wish.least:
            break
        ids, cases, likely = [*ids, best], [*cases, case], [*likely, chance]
        rows = [row for row in rows if following[row][ahead] == best]
    if not ids:
        return None
    origin = _origin(matches, rows[0])
    return Draft(ids=tuple(ids), chances=tuple(likely), cases=tuple(cases), origin=origin)


def _votes(
    following: Sequence[Sequence[int]], rows: Sequence[int], weights: Sequence[float], ahead: int
) -> dict[int, float]:
    votes: dict[int, float] = {}
    for row in rows:
        choice = following[row][ahead]
        if choice != GAP:
            votes[choice] = votes.get(choice, 0.0) + weights[row]
    return votes


def _origin(matches: Sequence[Matches], row: int) -> Origin:
    for match in matches:
        if row < len(match.places):
            text = int(match.texts[row])
            place = int(match.places[row] - match.segment.starts[text])
            return Origin(name=match.segment.names[text], place=place)
        row -= len(match.places)
    raise IndexError(row)
