"""The family `causal_block` on other devices than the CPU."""

import numpy as np
import pytest
from devices import GPU
from tiny import CONFIGS, TinyModel, tiny_model
from tiny_block import PROMPT, finish, half_open, logits, opened

from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.denoiser import Pass


@pytest.fixture(scope="module", params=sorted(CONFIGS))
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return tiny_model(tmp_path_factory.mktemp(request.param), request.param)


def passes(model: CausalBlock) -> list[Pass]:
    """One of every kind, each over a context that was read, gone on with and reused."""
    first = finish(model.prefill(PROMPT, None))
    context = model.extend(finish(model.prefill(PROMPT, first)), [90, 91, 92])
    canvas, three = half_open(model), np.arange(3)
    return [
        Pass(context=context, canvas=canvas, places=np.arange(len(canvas))),
        Pass(
            context=context,
            canvas=half_open(model),
            places=three,
            causal=True,
            lookahead=2,
            guessed=three,
        ),
    ]


def test_nothing_in_a_pass_waits_for_the_device(tiny: TinyModel) -> None:
    """The device `meta` has no numbers: code that waits for one, or mixes devices, fails."""
    model = opened(tiny, device="meta")
    for table in logits(model, passes(model)):
        assert table.is_meta


@pytest.mark.parametrize("device", [pytest.param("cuda", marks=GPU)])
def test_a_gpu_says_what_the_processor_says(tiny: TinyModel, device: str) -> None:
    model, other = opened(tiny), opened(tiny, device=device)
    for ours, theirs in zip(
        logits(model, passes(model)), logits(other, passes(other)), strict=True
    ):
        assert (ours - theirs.cpu()).abs().max() <= 1e-3
