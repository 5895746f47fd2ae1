"""A block that stands elsewhere in the workspace says where."""

import pytest

from unmask_model.engine.engine import Engine
from unmask_model.engine.memories import Memories
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.memory import MemoryFile, MemoryUpdate
from unmask_model.protocol.request import InfillRequest, InfillResult

LEFT = "long = ["


@pytest.fixture
def memories() -> Memories:
    return Memories()


@pytest.fixture
def engine(script: Script, memories: Memories) -> Engine:
    engine = Engine(Scripted(script), model="scripted", memories=memories, clock=lambda: 0.0)
    memories.open(engine.encode)
    return engine


def answer(engine: Engine, left: str, workspace: str = "w") -> InfillResult:
    request = InfillRequest(left=left, right="\n", sampler="verify", workspace=workspace)
    *_, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return result


async def tell(memories: Memories, **texts: str) -> None:
    files = tuple(MemoryFile(name=name, text=text) for name, text in texts.items())
    await memories.take(MemoryUpdate(workspace="w", files=files))


async def test_the_line_is_that_of_the_first_token(engine: Engine, memories: Memories) -> None:
    alone = answer(engine, LEFT)
    block = alone.text
    await tell(memories, other="x = 1\n", there=f"# one\n\n\n{LEFT}{block}\n")
    found = answer(engine, LEFT)
    assert found.copied_from == "there:4"
    assert found.remembered > found.tokens / 2
    assert found.text == block
    assert found.forwards < alone.forwards


async def test_a_short_block_or_one_that_stands_nowhere_is_no_copy(
    engine: Engine, memories: Memories
) -> None:
    short = "def f(x):\n    value = "
    await tell(memories, there=f"{short}{answer(engine, short).text}\n", other="y = [2]\n")
    assert answer(engine, short).copied_from == ""
    assert answer(engine, LEFT).copied_from == ""
    assert answer(engine, LEFT, "elsewhere").copied_from == ""
