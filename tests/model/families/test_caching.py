"""Keys and values that outlive a pass of a model in which all see all: what stays exact."""

import numpy as np
import pytest
import torch
from tiny_families import TinyModel, tiny_family
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.growing_canvas import GrowingCanvas
from unmask_model.decoding.length import Expansion
from unmask_model.families.denoiser import Context, Pass, Prompt
from unmask_model.families.full_attention import FullAttention
from unmask_model.families.open_family import open_family
from unmask_model.transformer.execution import Caching, Execution, Keep, Weights

PROMPT = Prompt(left=tuple(range(40, 100)), right=tuple(range(200, 230)))


@pytest.fixture(scope="module", params=["dream", "llada"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return tiny_family(tmp_path_factory.mktemp("caching") / request.param, request.param)


def opened(tiny: TinyModel, caching: Caching, device: str = "cpu") -> FullAttention:
    name = tiny.files.config.parent.name
    model = open_family(
        name,
        tiny.files,
        Execution(weights=Weights.FLOAT32, device=torch.device(device), caching=caching),
    )
    assert isinstance(model, FullAttention)
    return model


def context_of(model: FullAttention) -> Context:
    with pytest.raises(StopIteration) as done:
        next(model.prefill(PROMPT, None))
    context: Context = done.value.value
    return context


def steps(model: FullAttention, count: int = 4) -> list[Tensor]:
    """The logits of a canvas at each of some steps; each step commits one place."""
    context, canvas, tables = context_of(model), Canvas.blank(8, model.vocabulary.end), []
    for place in range(count):
        every = Pass(context=context, canvas=canvas, places=np.arange(8))
        tables += model.logits([every])
        canvas.commit(np.array([place]), np.array([50 + place]), np.ones(1))
    return tables


@pytest.mark.parametrize("kept", [Keep.LEFT, Keep.BOTH])
def test_the_first_pass_and_every_refresh_are_exact(tiny: TinyModel, kept: str) -> None:
    exact = steps(opened(tiny, Caching()))
    cached = steps(opened(tiny, Caching(kept=kept, refresh=2)))
    for step, (one, other) in enumerate(zip(exact, cached, strict=True)):
        if step % 2 == 0:
            assert torch.allclose(one, other, atol=1e-5)
        else:
            assert not torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("kept", [Keep.LEFT, Keep.BOTH])
def test_nothing_is_lost_while_the_block_does_not_change(tiny: TinyModel, kept: str) -> None:
    model = opened(tiny, Caching(kept=kept))
    context, canvas = context_of(model), Canvas.blank(8, model.vocabulary.end)
    one = Pass(context=context, canvas=canvas, places=np.arange(8))
    first, second = model.logits([one])[0], model.logits([one])[0]
    assert torch.allclose(first, second, atol=1e-5)


def test_the_fewer_sides_are_read_again_the_fewer_rows_there_are(tiny: TinyModel) -> None:
    rows = {}
    for kept in Keep:
        model = opened(tiny, Caching(kept=kept))
        context, canvas = context_of(model), Canvas.blank(8, model.vocabulary.end)
        one = Pass(context=context, canvas=canvas, places=np.arange(8))
        model.logits([one])
        rows[kept] = len(model._rows(one).reads)
    shift = int(model._conventions.shift)
    assert rows["both"] == 8 + shift
    assert rows["left"] == rows["both"] + len(PROMPT.right) + len(model._conventions.closing)
    assert rows["none"] == context.tokens + 8


def test_a_canvas_that_grew_is_read_anew(tiny: TinyModel) -> None:
    model = opened(tiny, Caching(kept=Keep.BOTH))
    context = context_of(model)
    canvas = Expansion(expand=3, start=4).canvas(16, 0, exact=False, end=model.vocabulary.end)
    assert isinstance(canvas, GrowingCanvas)
    model.logits([Pass(context=context, canvas=canvas, places=np.arange(4))])
    canvas.commit(np.array([1]), np.array([3]), np.ones(1))
    grown = Pass(context=context, canvas=canvas, places=np.arange(5))
    exact = opened(tiny, Caching()).logits([grown])[0]
    assert torch.allclose(model.logits([grown])[0], exact, atol=1e-5)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use")
def test_a_gpu_says_what_the_processor_says(tiny: TinyModel) -> None:
    for caching in (Caching(), Caching(kept=Keep.BOTH)):
        here, there = (steps(opened(tiny, caching, device)) for device in ("cpu", "cuda"))
        for one, other in zip(here, there, strict=True):
            assert torch.allclose(one, other.cpu(), atol=1e-3)
