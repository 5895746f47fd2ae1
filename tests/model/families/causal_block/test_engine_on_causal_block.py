"""The engine on a tiny decoder in float32: samplers and caches that must not change the answer."""

from pathlib import Path

import pytest
import torch
from tiny import tiny_model

from unmask_model.engine.engine import Engine
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.torch_backend import TorchBackend
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint

LEFTS = ["def f(x):\n    return ", "import os\n\n\nclass A:\n    ", "x", "for i in range(3):\n"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    tiny = tiny_model(tmp_path_factory.mktemp("tiny"), "qwen2")
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    adapter = Adapter.open(Path(tiny.adapter), tiny.files.sha256)
    vocabulary = open_vocabulary(tiny.files.tokenizer)
    return Engine(CausalBlock(TorchBackend(checkpoint, adapter), vocabulary), model="tiny")


def answer(engine: Engine, left: str, sampler: str, document: str = "") -> InfillResult:
    request = InfillRequest(
        left=left, right="\nprint(1)\n", sampler=sampler, max_tokens=30, document=document
    )
    *_, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return result


@pytest.mark.parametrize("left", LEFTS)
@pytest.mark.parametrize("lookahead", [0, 1, 4])
def test_verify_is_the_greedy_left_to_right_decode_token_for_token(
    engine: Engine, left: str, lookahead: int
) -> None:
    expected = answer(engine, left, "autoregressive")
    verified = answer(engine, left, f"verify:lookahead={lookahead},min_acceptance=0")
    assert verified.text == expected.text
    assert verified.stop_reason is expected.stop_reason


@pytest.mark.parametrize("sampler", ["confidence", "verify", "autoregressive", "fixed"])
def test_a_block_is_the_same_with_and_without_what_was_read_before(
    engine: Engine, sampler: str
) -> None:
    before, after = "value = compu", "value = compute(1, "
    answer(engine, before, sampler, document="a")
    warm = answer(engine, after, sampler, document="a")
    cold = answer(engine, after, sampler)
    assert warm.plan is not None
    assert warm.plan.cached_tokens > 0
    assert warm.text == cold.text
