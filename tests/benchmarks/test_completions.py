"""What of an answer is scored, and what it is charged."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from completions import Completion, complete
from engines import engine_of
from rows import Row, read_rows
from variants import Variant

from unmask_model.engine.engine import Engine
from unmask_model.families.open_model import open_model

LEFT_TO_RIGHT = Variant(model="scripted", sampler="autoregressive")
SURE = Variant(model="scripted", sampler="confidence")
LEFT = "def add(x, y):\n"


@pytest.fixture
def row(data: Path) -> Row:
    return read_rows(data)[0]


@pytest.fixture
def engine(write_script: Callable[..., None]) -> Callable[[str], Engine]:
    def answering(block: str) -> Engine:
        write_script({LEFT: block})
        return engine_of(open_model("scripted"))

    return answering


def answered(engine: Engine, row: Row, variant: Variant, max_tokens: int) -> Completion:
    return asyncio.run(complete(engine, row, variant, max_tokens))


@pytest.mark.parametrize("variant", [LEFT_TO_RIGHT, SURE], ids=["left to right", "sure"])
@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("    total = 1\n", "    total = 1\n"),
        ("    total = 1", "    total = 1\n"),
        ("    total = 1\n    return 7\n", "    total = 1\n"),
        ("\n    total = 1\n    return 7\n", "    total = 1\n"),
        ("  \n\n    total = 1\n", "    total = 1\n"),
        ("\n\n\n\n\n    total = 1\n", ""),
        ("\n", ""),
        ("", ""),
    ],
)
def test_a_single_line_is_the_first_that_is_not_blank(
    engine: Callable[[str], Engine], row: Row, variant: Variant, block: str, line: str
) -> None:
    assert answered(engine(block), row, variant, 96).text == line


def test_nothing_behind_the_line_is_paid_for(engine: Callable[[str], Engine], row: Row) -> None:
    short = answered(engine("    total = 1\n"), row, LEFT_TO_RIGHT, 96)
    long = answered(engine("    total = 1\n" + "    more()\n" * 5), row, LEFT_TO_RIGHT, 96)
    assert long.forwards == short.forwards


def test_a_line_break_at_the_start_is_paid_for(engine: Callable[[str], Engine], row: Row) -> None:
    plain = answered(engine("    total = 1\n"), row, LEFT_TO_RIGHT, 96)
    broken = answered(engine("\n    total = 1\n"), row, LEFT_TO_RIGHT, 96)
    assert broken.forwards == plain.forwards + 2  # asked again, and written again
    assert broken.ms.keys() == plain.ms.keys()


def test_any_other_hole_gets_the_whole_block(engine: Callable[[str], Engine], row: Row) -> None:
    block = "\n    total = x\n    total += y\n"
    several = replace(row, task="MultiLineInfilling/HumanEval/0/L0_L1")
    found = answered(engine(block), several, SURE, 96)
    assert found.text == block
    assert found.stop_reason == "end"


def test_what_is_inserted_ends_where_the_next_line_begins(
    engine: Callable[[str], Engine], row: Row
) -> None:
    block = "    total = x\n    total += y"
    several = replace(row, task="MultiLineInfilling/HumanEval/0/L0_L1", right="    return total\n")
    there = replace(SURE, inserted=True)
    plain, inserted = (answered(engine(block), several, each, 96) for each in (SURE, there))
    assert (plain.text, inserted.text) == (block, block + "\n")


def test_variants_of_a_row_read_the_context_each_for_itself(
    engine: Callable[[str], Engine], row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    running = engine("    total = 1\n")
    fill = running.fill
    monkeypatch.setattr(
        running, "fill", lambda request: asked.append(request.document) or fill(request)
    )
    answered(running, row, SURE, 96)
    answered(running, row, LEFT_TO_RIGHT, 96)
    assert len(set(asked)) == 2
