"""Which jobs a pass is started for."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from unmask_model.engine.job import Job
from unmask_model.engine.missed_deadline import in_time

FOREVER = float("inf")


@dataclass(eq=False)
class Waiting:
    """A job with so many rows and so much time."""

    rows: int
    left: float

    @property
    def answer(self) -> Any:
        return SimpleNamespace(deadline=SimpleNamespace(left_ms=self.left))


def chosen(*jobs: Waiting) -> tuple[list[int], list[int]]:
    """The rows of those that go, and of those for which it is too late; a row takes 10 ms."""
    live, late = in_time(
        [cast(Job, job) for job in jobs],
        lambda some: 10.0 * sum(cast(Waiting, job).rows for job in some),
    )
    return tuple([cast(Waiting, job).rows for job in part] for part in (live, late))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("jobs", "live", "late"),
    [
        ([Waiting(3, 100.0), Waiting(4, 100.0)], [3, 4], []),
        ([Waiting(30, FOREVER), Waiting(3, 100.0)], [3], []),
        ([Waiting(30, 200.0), Waiting(3, 100.0)], [3], [30]),
        ([Waiting(3, 10.0), Waiting(4, FOREVER)], [4], [3]),
        ([Waiting(8, FOREVER), Waiting(2, FOREVER)], [8, 2], []),
        ([], [], []),
    ],
    ids=["together", "the hurried one first", "only one is late", "late", "no haste", "none"],
)
def test_a_batch_shrinks_rather_than_end_what_would_be_in_time_alone(
    jobs: list[Waiting], live: list[int], late: list[int]
) -> None:
    assert chosen(*jobs) == (live, late)
