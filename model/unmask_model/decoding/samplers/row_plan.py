"""How many rows a check is worth: the longest draft that pays, and where guesses pay.

A pass commits one id for certain, and each drafted id if it and all before it are right. A row is
worth its milliseconds where committed ids a millisecond grow by it. Guesses hang where a draft is
likely to stop: there they are the next draft.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product
from operator import mul

from unmask_model.decoding.outlook import Outlook

GUESSED = (0.68, 0.42)
"""How often a guess one and two places behind is right: the third adapter on held-out code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """Which rows a check has."""

    drafted: int = 0
    """Ids of the draft that are tried."""
    lookahead: int = 0
    """Places guessed in each group."""
    guessed: tuple[int, ...] = ()
    """Places behind which guesses hang, counted from the first that is checked, ascending."""

    @property
    def rows(self) -> int:
        """Rows of the pass."""
        return 1 + self.drafted + self.lookahead * len(self.guessed)


def plan_rows(chances: Sequence[float], lookahead: int, outlook: Outlook) -> RowPlan:
    """Return the rows that commit most ids a millisecond.

    `chances` are those of drafted ids to be right where all before them are.
    """
    most = outlook.most_rows()
    reached = [1.0, *accumulate(chances, mul)]
    dear = cache(lambda rows: outlook.pass_ms(rows) or 1.0)
    plans = (plan for plan in _plans(reached, lookahead) if plan.rows <= most)
    return max(plans, key=lambda plan: round(_rate(plan, reached, dear), 9), default=RowPlan())


def _plans(reached: Sequence[float], lookahead: int) -> Iterator[RowPlan]:
    """Yield what there is to choose from: of equal numbers of groups, those where drafts stop."""
    for drafted in range(len(reached)):
        yield RowPlan(drafted=drafted)
        stops = _stops(reached, drafted)
        order = sorted(range(drafted + 1), key=lambda place: -stops[place])
        for width, groups in product(range(1, lookahead + 1), range(1, len(order) + 1)):
            hosts = tuple(sorted(order[:groups]))
            yield RowPlan(drafted=drafted, lookahead=width, guessed=hosts)


def _rate(plan: RowPlan, reached: Sequence[float], dear: Callable[[int], float]) -> float:
    """Return ids a millisecond, over this pass and what the next one gains by its guesses."""
    stops = _stops(reached, plan.drafted)
    followed = sum(stops[place] for place in plan.guessed)
    ids = sum(reached[: plan.drafted + 1]) + followed * _follow(plan.lookahead)
    return ids / (dear(plan.rows) + followed * (dear(1 + plan.lookahead) - dear(1)))


def _stops(reached: Sequence[float], drafted: int) -> list[float]:
    """Return how likely a draft is to stop at each place."""
    return [
        *(reached[place] - reached[place + 1] for place in range(drafted)),
        reached[drafted],
    ]


def _follow(lookahead: int) -> float:
    """Return how many guesses in a row are right, on average."""
    known = [*GUESSED, *[GUESSED[-1]] * lookahead][:lookahead]
    return float(sum(accumulate(known, mul)))
