"""What passes and reads are expected to take, as the machine gets slower and quicker."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from unmask_model.engine.cost.cost_model import FORGOTTEN_AFTER, RECENT, CostModel
from unmask_model.engine.engine import Engine
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.request import InfillRequest, InfillResult

KEYS = 250
QUICK = {"pass_ms": 20.0, "token_ms": 0.1}


def test_what_was_slow_once_is_forgotten_if_nobody_tries_it_again() -> None:
    costs = CostModel()
    for _ in range(RECENT):
        costs.record_pass(64, 1000.0)
    for _ in range(FORGOTTEN_AFTER):
        costs.record_pass(32, 10.0)
    assert costs.pass_ms(64) == 20.0, "twice as many rows as all that is known"


def test_what_is_measured_now_and_then_is_kept() -> None:
    costs = CostModel()
    for k in range(2 * FORGOTTEN_AFTER):
        costs.record_pass(32, 10.0)
        if k % 100 == 0:
            costs.record_pass(64, 15.0)
    assert costs.pass_ms(64) == 15.0


def test_passes_that_nobody_dares_are_forgotten_over_reads() -> None:
    costs = CostModel()
    costs.record_pass(32, 1000.0)
    for _ in range(FORGOTTEN_AFTER):
        costs.record_read(16, 2.0)
    assert costs.pass_ms(32) == 0.0
    assert costs.read_ms(16) == 2.0


def measured(curve: Callable[[int], float], *sizes: int) -> CostModel:
    costs = CostModel()
    for size in sizes:
        for _ in range(3):
            costs.record_pass(size, curve(size))
    return costs


@pytest.mark.parametrize(
    "curve",
    [lambda rows: 30.0, lambda rows: 10.0 + 9.0 * rows, lambda rows: 20.0 + rows],
    ids=["flat", "steep", "affine"],
)
def test_what_was_not_measured_lies_on_the_line_of_what_was(curve: Callable[[int], float]) -> None:
    costs = measured(curve, 1, 4, 8, 16)
    for rows in (2, 3, 6, 12, 24, 40):
        assert costs.pass_ms(rows) == pytest.approx(curve(rows))
        assert costs.usual_pass_ms(rows) == pytest.approx(curve(rows))


def test_a_step_stays_a_step() -> None:
    costs = measured(lambda rows: 20.0 if rows <= 8 else 90.0, 1, 4, 8, 9, 16)
    assert costs.usual_pass_ms(7) == 20.0
    assert costs.usual_pass_ms(9) == 90.0


def test_one_slow_pass_poisons_nothing() -> None:
    costs = measured(lambda rows: 10.0 + rows, 1, 2, 4, 8, 16)
    costs.record_pass(4, 400.0)
    assert costs.pass_ms(4) <= costs.pass_ms(16) == 26.0
    assert costs.pass_ms(64) < 100


def test_one_slow_pass_among_many_does_not_count() -> None:
    costs = CostModel()
    for ms in (10.0, 11.0, 90.0, 12.0, 12.0):
        costs.record_pass(8, ms)
    assert costs.pass_ms(8) == 12.0
    for _ in range(RECENT):
        costs.record_pass(8, 5.0)
    assert costs.pass_ms(8) == 5.0


def test_what_is_refused_again_and_again_is_tried_at_last_and_then_known() -> None:
    costs = measured(lambda rows: 900.0, 1, 8)
    for _ in range(20):
        costs.refused()
    assert costs.pass_ms(1) < 300
    costs.record_pass(1, 900.0)
    assert costs.pass_ms(1) == 900.0


def test_rows_that_fit_are_counted_and_one_always_may() -> None:
    costs = measured(lambda rows: 10.0 * rows, 1, 2, 4, 8, 16)
    assert costs.most_rows(75.0, 64) == 7
    assert costs.most_rows(1.0, 64) == 1
    assert costs.most_rows(float("inf"), 64) == 64


def test_a_chunk_is_as_large_as_a_request_may_wait() -> None:
    costs = CostModel()
    for tokens in (8, 16, 64):
        costs.record_read(tokens, 9.0 * tokens)
    assert costs.chunk(75.0, 8) == 8
    assert costs.chunk(300.0, 8) == 32
    assert costs.chunk(10_000.0, 8) == 64


@pytest.mark.parametrize("sampler", ["confidence", "verify"])
@pytest.mark.parametrize("times", [8, 20])
def test_an_engine_is_as_good_as_before_a_while_after_a_slow_spell(
    script: Script, clock: Any, ask: Callable[..., InfillResult], sampler: str, times: int
) -> None:
    slower = 1
    denoiser = Scripted(replace(script, **QUICK), lambda s: clock.sleep(s * slower))
    engine = Engine(denoiser, clock=clock)
    engine.warm_up()
    left = "import os\n" * 200
    request = InfillRequest(left="", right="\n", document="a", budget_ms=300, sampler=sampler)

    def typed(keys: int) -> InfillResult:
        nonlocal left
        for _ in range(keys):
            left += "x"
            result = ask(engine, replace(request, left=f"{left}\ndef f(x):\n    value = "))
            while engine.step():  # a moment's rest
                pass
        return result

    before = typed(20)
    slower = times
    typed(20)
    slower = 1
    after = typed(KEYS)
    assert before.plan is not None
    assert after.plan is not None
    assert after.plan.context_tokens >= before.plan.context_tokens
    assert after.text == before.text == "x + 1"
