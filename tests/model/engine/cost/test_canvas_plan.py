"""What fits a budget, by what passes and reads were measured to take."""

from collections.abc import Callable

import pytest

from unmask_model.engine.cost.canvas_plan import (
    SMALLEST_WINDOW,
    CanvasPlan,
    course,
    largest_read,
    windows,
)
from unmask_model.engine.cost.cost_model import RECENT, CostModel

FOREVER = float("inf")


def each_ms(costs: CostModel, canvases: int = 1) -> Callable[[int], float]:
    """What a pass over so many places takes, behind 100 tokens."""
    return lambda places: costs.pass_ms(places * canvases, 100)


@pytest.fixture
def costs() -> CostModel:
    """A pass takes 10 ms and 1 ms a place; reading 64 tokens takes 64 ms, 16 take 20."""
    costs = CostModel()
    for places in (8, 16, 24):
        costs.record_pass(places, 100, 10.0 + places)
    costs.record_read(64, 64.0)
    costs.record_read(16, 20.0)
    return costs


def test_without_a_deadline_the_canvas_is_as_long_as_the_model_takes_it(costs: CostModel) -> None:
    assert course(24, FOREVER, each_ms(costs)) == CanvasPlan(places=24, passes=0)


@pytest.mark.parametrize(
    ("left_ms", "expected"),
    [
        (1000.0, CanvasPlan(places=24, passes=29)),
        (210.0, CanvasPlan(places=24, passes=6)),
        (140.0, CanvasPlan(places=16, passes=5)),
        (60.0, CanvasPlan(places=8, passes=3)),
        (25.0, CanvasPlan(places=8, passes=1)),
        (20.0, None),
        (-5.0, None),
    ],
)
def test_the_canvas_is_as_long_as_its_passes_fit(
    costs: CostModel, left_ms: float, expected: CanvasPlan | None
) -> None:
    assert course(24, left_ms, each_ms(costs)) == expected


def test_candidates_cost_places(costs: CostModel) -> None:
    alone = course(24, 210.0, each_ms(costs))
    together = course(24, 210.0, each_ms(costs, 3))
    assert alone is not None
    assert together is not None
    assert together.places < alone.places


def test_what_has_to_be_done_before_the_first_pass_leaves_less_time(costs: CostModel) -> None:
    first = course(24, 210.0, each_ms(costs), lambda places: 10.0 * places)
    assert first == CanvasPlan(places=8, passes=6)


def test_fewer_places_than_the_shortest_canvas_are_passed_if_no_more_are_asked_for(
    costs: CostModel,
) -> None:
    assert course(3, 100.0, each_ms(costs)) == CanvasPlan(places=3, passes=5)


def test_windows_are_halved_down_to_what_is_worth_reading() -> None:
    assert windows(512) == [512, 256, 128, 64]
    assert windows(768)[-1] >= SMALLEST_WINDOW
    assert windows(10) == [10]


def test_the_largest_window_that_leaves_time_for_passes_is_read() -> None:
    read_ms, pass_ms = [512.0, 128.0, 64.0], [26.0, 26.0, 26.0]
    assert largest_read(read_ms, pass_ms, 1000.0) == 0
    assert largest_read(read_ms, pass_ms, 200.0) == 1
    assert largest_read(read_ms, pass_ms, 130.0) == 2
    assert largest_read(read_ms, pass_ms, 1.0) == 2
    assert largest_read(read_ms, pass_ms, FOREVER) == 0


def test_where_passes_read_the_context_the_window_is_what_they_can_afford() -> None:
    read_ms, pass_ms = [0.0, 0.0, 0.0], [400.0, 200.0, 100.0]
    assert [largest_read(read_ms, pass_ms, ms) for ms in (1000, 500, 250, 50)] == [0, 1, 2, 2]


def test_reads_are_counted_in_chunks_and_a_rest(costs: CostModel) -> None:
    assert costs.read_ms(0) == 0
    assert costs.read_ms(5) == 20.0
    assert costs.read_ms(64) == 64.0
    assert costs.read_ms(128) == 128.0
    assert costs.read_ms(130) == 148.0


def test_what_was_never_measured_costs_what_its_neighbour_does_or_more(costs: CostModel) -> None:
    assert costs.pass_ms(48, 100) == 2 * costs.pass_ms(24, 100)
    assert costs.pass_ms(1, 100) == costs.pass_ms(8, 100)
    assert costs.pass_ms(24, 5000) == costs.pass_ms(24, 100)


def test_nothing_measured_costs_nothing() -> None:
    assert CostModel().pass_ms(24, 100) == 0
    assert CostModel().read_ms(100) == 0
    assert course(24, 1.0, each_ms(CostModel())) is not None


def test_one_slow_pass_among_many_does_not_count_and_old_ones_are_forgotten() -> None:
    costs = CostModel()
    for ms in (10.0, 11.0, 90.0, 12.0):
        costs.record_pass(8, 100, ms)
    assert costs.pass_ms(8, 100) == 12.0
    for _ in range(RECENT):
        costs.record_pass(8, 100, 5.0)
    assert costs.pass_ms(8, 100) == 5.0
