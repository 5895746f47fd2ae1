"""What fits a budget, by what passes and reads were measured to take."""

from collections.abc import Callable

import pytest

from unmask_model.engine.cost.canvas_plan import (
    SMALLEST_WINDOW,
    CanvasPlan,
    checks,
    first_that_fits,
    plan_canvas,
    windows,
)
from unmask_model.engine.cost.cost_model import CostModel

FOREVER = float("inf")


def each_ms(costs: CostModel, canvases: int = 1) -> Callable[[int], float]:
    """What a pass over so many places takes, behind 100 tokens."""
    return lambda places: costs.pass_ms(places * canvases)


@pytest.fixture
def costs() -> CostModel:
    """A pass takes 10 ms and 1 ms a place; reading 64 tokens takes 64 ms, 16 take 20."""
    costs = CostModel()
    for places in (8, 16, 24):
        costs.record_pass(places, 10.0 + places)
    costs.record_read(64, 64.0)
    costs.record_read(16, 20.0)
    return costs


def test_without_a_deadline_the_canvas_is_as_long_as_the_model_takes_it(costs: CostModel) -> None:
    assert plan_canvas(24, FOREVER, each_ms(costs)) == CanvasPlan(places=24, passes=0)


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
    assert plan_canvas(24, left_ms, each_ms(costs)) == expected


def test_candidates_cost_places(costs: CostModel) -> None:
    alone = plan_canvas(24, 210.0, each_ms(costs))
    together = plan_canvas(24, 210.0, each_ms(costs, 3))
    assert alone is not None
    assert together is not None
    assert together.places < alone.places


def test_what_has_to_be_done_before_the_first_pass_leaves_less_time(costs: CostModel) -> None:
    first = plan_canvas(24, 210.0, each_ms(costs), lambda places: 10.0 * places)
    assert first == CanvasPlan(places=8, passes=6)


def test_fewer_places_than_the_shortest_canvas_are_passed_if_no_more_are_asked_for(
    costs: CostModel,
) -> None:
    assert plan_canvas(3, 100.0, each_ms(costs)) == CanvasPlan(places=3, passes=5)


def test_windows_are_halved_down_to_what_is_worth_reading() -> None:
    assert windows(512) == [512, 256, 128, 64]
    assert windows(768)[-1] >= SMALLEST_WINDOW
    assert windows(10) == [10]


def test_the_first_window_that_leaves_time_for_passes_is_read_else_the_cheapest() -> None:
    read_ms, pass_ms = [512.0, 128.0, 64.0], [26.0, 26.0, 26.0]
    assert first_that_fits(read_ms, pass_ms, 1000.0) == 0
    assert first_that_fits(read_ms, pass_ms, 200.0) == 1
    assert first_that_fits(read_ms, pass_ms, 130.0) == 2
    assert first_that_fits(read_ms, pass_ms, 1.0) == 2
    assert first_that_fits(read_ms, pass_ms, FOREVER) == 0


def test_what_is_read_already_is_never_given_up_for_a_small_window() -> None:
    assert first_that_fits([2.0, 400.0, 70.0], [80.0, 80.0, 80.0], 100.0) == 0


def test_a_canvas_that_is_checked_from_left_to_right_is_as_long_as_it_may_be() -> None:
    assert checks(32, 300.0, 50.0) == CanvasPlan(places=32, passes=5)
    assert checks(32, FOREVER, 50.0) == CanvasPlan(places=32, passes=0)
    assert checks(32, 40.0, 50.0) is None
    assert checks(32, 1.0, 0.0) is not None


def test_where_passes_read_the_context_the_window_is_what_they_can_afford() -> None:
    read_ms, pass_ms = [0.0, 0.0, 0.0], [400.0, 200.0, 100.0]
    assert [first_that_fits(read_ms, pass_ms, ms) for ms in (1000, 500, 250, 50)] == [0, 1, 2, 2]


def test_reads_are_counted_in_chunks_and_a_rest(costs: CostModel) -> None:
    assert costs.read_ms(0) == 0
    assert costs.read_ms(5) == 20.0
    assert costs.read_ms(64) == 64.0
    assert costs.read_ms(128) == 128.0
    assert costs.read_ms(130) == 148.0


def test_nothing_measured_costs_nothing() -> None:
    assert CostModel().pass_ms(24) == 0
    assert CostModel().read_ms(100) == 0
    assert plan_canvas(24, 1.0, each_ms(CostModel())) is not None
