"""Drafts from a workspace's memory on a tiny decoder: fewer passes, and never another answer."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import tiny_model

from unmask_model.engine.engine import Engine
from unmask_model.engine.memories import Memories
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.torch_backend import TorchBackend
from unmask_model.protocol.memory import MemoryFile, MemoryUpdate
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint

LEFTS = ["def f(x):\n    return ", "import os\n\n\nclass A:\n    ", "for i in range(3):\n", "retu"]


@pytest.fixture
def memories() -> Memories:
    return Memories()


@pytest.fixture
def engine(tmp_path: Path, memories: Memories) -> Engine:
    tiny = tiny_model(tmp_path, "qwen2")
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    adapter = Adapter.open(Path(tiny.adapter), tiny.files.sha256)
    vocabulary = open_vocabulary(tiny.files.tokenizer)
    denoiser = CausalBlock(TorchBackend(checkpoint, adapter), vocabulary)
    engine = Engine(denoiser, model="tiny", memories=memories)
    memories.open(engine.encode)
    return engine


async def tell(memories: Memories, workspace: str, **texts: str) -> None:
    files = tuple(MemoryFile(name=name, text=text) for name, text in texts.items())
    await memories.take(MemoryUpdate(workspace=workspace, files=files))


def answer(engine: Engine, left: str, workspace: str = "") -> InfillResult:
    request = InfillRequest(
        left=left,
        right="\nprint(1)\n",
        sampler="verify:min_acceptance=0.05",
        max_tokens=40,
        workspace=workspace,
        file="here.py",
    )
    *_, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return result


async def test_what_was_written_before_takes_fewer_passes_to_the_same_answers(
    engine: Engine, memories: Memories
) -> None:
    alone, with_memory = [answer(engine, left) for left in LEFTS], []
    for number, (left, before) in enumerate(zip(LEFTS, alone, strict=True)):
        told = f"# the same again\n{left}{before.text}\nx = 1\n"
        await tell(memories, f"{number}", there=told)
        with_memory.append(answer(engine, left, f"{number}"))
    assert [one.text for one in with_memory] == [one.text for one in alone]
    assert sum(one.forwards for one in with_memory) < sum(one.forwards for one in alone)
    assert all(one.remembered for one in with_memory)


@pytest.mark.parametrize("left", LEFTS)
async def test_no_memory_however_wrong_changes_an_answer(
    engine: Engine, memories: Memories, left: str
) -> None:
    alone = answer(engine, left)
    random = np.random.default_rng(0)
    for number in range(12):
        wrong = "".join(random.choice(list("abc =()\n\t:"), 60))
        await tell(memories, "w", **{f"{number}": f"{left}{wrong}{left}{alone.text[:3]}{wrong}"})
    told = answer(engine, left, "w")
    assert told.text == alone.text
    assert np.allclose(
        [each.probability for each in told.confidence],
        [each.probability for each in alone.confidence],
        rtol=1e-4,
    )


async def test_a_workspace_never_drafts_from_another(engine: Engine, memories: Memories) -> None:
    alone = answer(engine, LEFTS[0])
    await tell(memories, "theirs", there=f"{LEFTS[0]}{alone.text}\n")
    await tell(memories, "mine", here="x = 1\n")
    for workspace in ("mine", "", "unknown"):
        asked = answer(engine, LEFTS[0], workspace)
        assert asked.remembered == 0
        assert asked.copied_from == ""
        assert asked.text == alone.text


async def test_what_was_just_written_is_drafted_from_at_once(
    engine: Engine, memories: Memories
) -> None:
    left = LEFTS[0]
    alone = answer(engine, left)
    await tell(memories, "w", there="x = 1\n")
    assert answer(engine, left, "w").remembered == 0
    await tell(memories, "w", there=f"{left}{alone.text}\n")
    assert answer(engine, left, "w").remembered > 0
