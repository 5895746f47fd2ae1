"""Every open diffusion family with every sampler that makes sense for it, through the engine."""

from dataclasses import replace

import pytest
from tiny_families import FAMILIES, tiny_family

from unmask_model.decoding.length import Search
from unmask_model.decoding.samplers import SAMPLERS, open_sampler
from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import (
    BlockSnapshot,
    InfillRequest,
    InfillResult,
    Rewrite,
    Span,
    StopReason,
)
from unmask_model.transformer.execution import Execution, Weights

REQUEST = InfillRequest(left="def f(x):\n    return ", right="\nprint(1)\n", max_tokens=12)
CAUSAL = sorted(name for name in SAMPLERS if open_sampler(name).causal)
PARALLEL = sorted(set(SAMPLERS) - set(CAUSAL))


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    tiny = tiny_family(tmp_path_factory.mktemp("families") / request.param, request.param)
    model = open_model(str(tiny.files.config.parent), execution=Execution(weights=Weights.FLOAT32))
    return Engine(model.denoiser, model=request.param)


def ask(engine: Engine, request: InfillRequest) -> tuple[list[BlockSnapshot], InfillResult]:
    *snapshots, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return [one for one in snapshots if isinstance(one, BlockSnapshot)], result


@pytest.mark.parametrize("sampler", PARALLEL)
def test_an_answer_is_text_within_its_limits_and_the_same_again(
    engine: Engine, sampler: str
) -> None:
    request = replace(REQUEST, sampler=sampler, seed=5)
    snapshots, result = ask(engine, request)
    assert result.tokens <= request.max_tokens
    assert "<|" not in result.text
    assert "<M>" not in result.text
    assert result.stop_reason in {StopReason.END, StopReason.LENGTH}
    assert all(result.text.startswith(one.text[: one.settled]) for one in snapshots)
    assert ask(engine, request)[1].text == result.text


@pytest.mark.parametrize("sampler", CAUSAL)
def test_a_sampler_that_reads_left_to_right_is_refused_before_anything_is_run(
    engine: Engine, sampler: str
) -> None:
    with pytest.raises(RequestInvalid, match="left to right"):
        ask(engine, replace(REQUEST, sampler=sampler))
    assert not engine.busy


def test_what_is_typed_of_a_word_is_asked_again_and_taken_off(engine: Engine) -> None:
    snapshots, result = ask(engine, replace(REQUEST, left="def f(x):\n    retu"))
    assert not any(text.startswith("retu") for text in (result.text, snapshots[-1].text))
    assert result.stop_reason is not StopReason.BUDGET


def test_several_candidates_are_written_at_once(engine: Engine) -> None:
    _, alone = ask(engine, replace(REQUEST, sampler="confidence"))
    _, several = ask(engine, replace(REQUEST, sampler="confidence", candidates=3, seed=1))
    assert several.text == alone.text


def test_a_rewrite_is_redone_where_it_is_to_be(engine: Engine) -> None:
    text = "alpha = 1"
    redo = (Span(start=8, end=9),)
    request = replace(REQUEST, left="def f():\n", rewrite=Rewrite(text=text, redo=redo))
    _, result = ask(engine, request)
    assert result.text.startswith("alpha = ")


def test_a_pass_more_than_the_time_allows_is_an_answer_all_the_same(engine: Engine) -> None:
    _, result = ask(engine, replace(REQUEST, budget_ms=0.001))
    assert (result.text, result.stop_reason) == ("", StopReason.BUDGET)


def test_a_length_is_searched_in_one_pass_before_the_first_step(engine: Engine) -> None:
    _, result = ask(engine, replace(REQUEST, sampler="fixed:passes=3"))
    assert result.plan is not None
    denoiser = engine._denoiser
    if isinstance(denoiser.length, Search):
        assert result.plan.places in denoiser.length.lengths(REQUEST.max_tokens)
        assert result.forwards == result.steps + 1
