"""Anytime: what the engine does with a budget, on a clock that is moved by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from unmask_model.decoding.samplers import SAMPLERS
from unmask_model.engine.engine import Engine
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult, StopReason

Ask = Callable[[Engine, InfillRequest], InfillResult]
LIST = "\n    1,\n    2,\n    3,\n    4,\n    5,\n    6,\n    7,\n    8,\n]"
LONG = InfillRequest(left="long = [", right="\n", document="a")


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("budget", [10, 60, 100, 150, 300, 500, 1000, 3000])
def test_a_budget_is_never_overrun(
    slow_engine: Engine, ask: Ask, sampler: str, budget: float
) -> None:
    result = ask(slow_engine, replace(LONG, budget_ms=budget, sampler=sampler))
    assert result.ms["total"] <= budget


def test_the_plan_is_followed(slow_engine: Engine, ask: Ask) -> None:
    result = ask(slow_engine, replace(LONG, budget_ms=400))
    assert result.plan is not None
    assert 0 < result.forwards <= result.plan.passes


def test_at_the_deadline_the_best_whole_block_is_committed(slow_engine: Engine) -> None:
    *snapshots, result = slow_engine.fill(replace(LONG, budget_ms=200))
    assert isinstance(result, InfillResult)
    assert result.stop_reason is StopReason.BUDGET
    assert result.forwards == 3
    assert result.tokens > 2 * 2 + 1, "places that no step was sure of are committed too"
    assert LIST.startswith(result.text)
    assert isinstance(snapshots[-1], BlockSnapshot)
    assert snapshots[-1].masked > 0


def test_a_block_that_is_done_in_time_ends_by_itself(slow_engine: Engine, ask: Ask) -> None:
    request = InfillRequest(left="def f(x):\n    value = ", right="\n", budget_ms=600)
    result = ask(slow_engine, request)
    assert result.text == "x + 1"
    assert result.stop_reason is StopReason.END


@pytest.mark.parametrize("budget", [1, 20, 49])
def test_where_no_pass_fits_nothing_is_run_and_the_answer_is_empty(
    slow_engine: Engine, ask: Ask, budget: float
) -> None:
    result = ask(slow_engine, replace(LONG, budget_ms=budget))
    assert result.text == ""
    assert result.stop_reason is StopReason.BUDGET
    assert result.forwards == 0
    assert result.ms["total"] <= budget


def test_the_budget_runs_from_receipt(slow_engine: Engine, clock: Callable[[], float]) -> None:
    events: list[object] = []
    slow_engine.submit(replace(LONG, budget_ms=200), events.append, received=clock() - 0.18)
    while slow_engine.busy:
        slow_engine.step()
    result = events[-1]
    assert isinstance(result, InfillResult)
    assert result.stop_reason is StopReason.BUDGET
    assert result.ms["queue"] == pytest.approx(180)
    assert result.forwards == 0


def test_a_cold_context_shrinks_the_window_and_the_rest_is_read_when_idle(
    slow_engine: Engine, ask: Ask
) -> None:
    left = "import os\n" * 200 + "long = ["
    cold = ask(slow_engine, replace(LONG, left=left, budget_ms=400))
    assert cold.plan is not None
    assert cold.plan.context_tokens < 256
    assert cold.text
    while slow_engine.step():
        pass
    warm = ask(slow_engine, replace(LONG, left=left, budget_ms=400))
    assert warm.plan is not None
    assert warm.plan.context_tokens > 350
    assert warm.plan.cached_tokens == warm.plan.context_tokens


def test_a_request_finds_the_reading_of_an_older_one_where_it_was_left(
    slow_engine: Engine, ask: Ask
) -> None:
    left = "import os\n" * 200 + "long = ["
    running = slow_engine.submit(replace(LONG, left=left), lambda event: None)
    for _ in range(3):
        slow_engine.step()
    slow_engine.cancel(running)
    result = ask(slow_engine, replace(LONG, left=left))
    assert result.plan is not None
    assert result.plan.cached_tokens == result.plan.context_tokens
    assert result.text == LIST


def test_one_late_request_leaves_and_the_others_go_on(slow_engine: Engine) -> None:
    hurried: list[object] = []
    patient: list[object] = []
    slow_engine.submit(replace(LONG, document="a", budget_ms=250), hurried.append)
    slow_engine.submit(replace(LONG, document="b"), patient.append)
    while slow_engine.busy:
        slow_engine.step()
    first, second = hurried[-1], patient[-1]
    assert isinstance(first, InfillResult)
    assert isinstance(second, InfillResult)
    assert first.ms["total"] <= 250
    assert first.stop_reason is StopReason.BUDGET
    assert second.text == LIST


def test_without_a_budget_slowness_changes_nothing(
    slow_engine: Engine, script: Script, ask: Ask
) -> None:
    quick = Engine(Scripted(replace(script, sure=2)))
    assert ask(slow_engine, LONG).text == ask(quick, LONG).text == LIST
    assert ask(slow_engine, LONG).steps == ask(quick, LONG).steps
