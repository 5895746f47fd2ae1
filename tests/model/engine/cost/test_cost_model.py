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
        costs.record_pass(64, 100, 1000.0)
    for _ in range(FORGOTTEN_AFTER):
        costs.record_pass(32, 100, 10.0)
    assert costs.pass_ms(64, 100) == 20.0


def test_what_is_measured_now_and_then_is_kept() -> None:
    costs = CostModel()
    for k in range(2 * FORGOTTEN_AFTER):
        costs.record_pass(32, 100, 10.0)
        if k % 100 == 0:
            costs.record_pass(64, 100, 15.0)
    assert costs.pass_ms(64, 100) == 15.0


def test_passes_that_nobody_dares_are_forgotten_over_reads() -> None:
    costs = CostModel()
    costs.record_pass(32, 100, 1000.0)
    for _ in range(FORGOTTEN_AFTER):
        costs.record_read(16, 2.0)
    assert costs.pass_ms(32, 100) == 0.0
    assert costs.read_ms(16) == 2.0


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
