"""The engine on a model whose passes read the whole context: what it expects of them."""

from pathlib import Path

import pytest
from tiny_families import tiny_family

from unmask_model.engine.engine import Engine
from unmask_model.families.full_attention import FullAttention
from unmask_model.families.open_family import open_family
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.transformer.execution import Execution, Weights

ROW_MS = 1.0
REQUEST = InfillRequest(left="x" * 900 + "\n", right="y" * 900, max_tokens=8, document="a")


@pytest.fixture
def engine(tmp_path: Path, clock, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A row takes 1 ms on a clock of its own."""
    files = tiny_family(tmp_path / "llada", "llada").files
    model = open_family("llada", files, Execution(weights=Weights.FLOAT32))
    assert isinstance(model, FullAttention)
    model.window = 512
    plain = model._forward

    def timed(texts):
        clock.sleep(sum(len(one.reads) for one in texts) * ROW_MS / 1000)
        return plain(texts)

    monkeypatch.setattr(model, "_forward", timed)
    engine = Engine(model, clock=clock)
    engine.warm_up()
    return engine


def ask(engine: Engine, budget_ms: float) -> InfillResult:
    request = InfillRequest(**{**_fields(REQUEST), "budget_ms": budget_ms})
    *_, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return result


def _fields(request: InfillRequest) -> dict:
    return {name: getattr(request, name) for name in request.__dataclass_fields__}


def test_a_window_is_as_large_as_its_passes_can_be_afforded(engine: Engine) -> None:
    whole, half, little = (ask(engine, budget) for budget in (20_000, 2_500, 900))
    assert all(one.text for one in (whole, half, little))
    read = [one.plan.context_tokens if one.plan else 0 for one in (whole, half, little)]
    assert read[0] > 256 >= read[1] > 128 >= read[2] > 0


@pytest.mark.parametrize("budget", [150, 450, 900, 1_500, 3_000, 20_000])
def test_the_deadline_is_kept(engine: Engine, budget: float) -> None:
    assert ask(engine, budget).ms["total"] <= budget


def test_a_pass_is_expected_to_take_what_its_rows_take(engine: Engine) -> None:
    state = engine._state
    for tokens in (512, 256, 64):
        expected = state.pass_ms(16, [tokens])
        assert expected >= (tokens + 16) * ROW_MS * 0.9
    assert state.pass_ms(16, [64]) < state.pass_ms(16, [512])
