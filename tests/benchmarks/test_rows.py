"""Which rows of a file are asked."""

import gzip
from pathlib import Path

import pytest
from rows import Row, choose, read_rows

from unmask_model.protocol.errors import RequestInvalid


def row(problem: int, line: int) -> Row:
    task = f"MultiLineInfilling/HumanEval/{problem}/L{line}_L{line}"
    return Row(task=task, left="", middle="", right="", test="", entry_point="f")


ROWS = [row(problem, line) for problem in range(0, 20, 2) for line in range(5)]


def test_a_file_is_read_gzipped_or_not(data: Path, tmp_path: Path) -> None:
    plain = tmp_path / "rows.jsonl"
    plain.write_bytes(gzip.decompress(data.read_bytes()))
    assert read_rows(plain) == read_rows(data)
    assert [one.problem for one in read_rows(data)] == ["HumanEval/0", "HumanEval/0", "HumanEval/2"]


def test_a_row_knows_whether_its_hole_is_one_line(data: Path) -> None:
    assert read_rows(data)[0].single_line
    assert not row(0, 0).single_line


def test_a_program_is_the_file_with_its_tests(data: Path) -> None:
    first = read_rows(data)[0]
    assert first.program(first.middle) == (
        "def add(x, y):\n    total = x + y\n    return total\n\n"
        "def check(candidate):\n    assert candidate(2, 3) == 5\n\ncheck(add)\n"
    )


@pytest.mark.parametrize("content", [b"no json", b'{"task_id": "x"}', b"[1]"])
def test_a_file_that_is_something_else_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    with pytest.raises(RequestInvalid, match="HumanEval-Infilling"):
        read_rows(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="FileNotFound"):
        read_rows(tmp_path / "absent.jsonl.gz")


def test_the_choice_is_the_same_for_a_seed_and_another_for_another() -> None:
    assert choose(ROWS, 10, 2, seed=0) == choose(ROWS, 10, 2, seed=0)
    assert choose(ROWS, 10, 2, seed=0) != choose(ROWS, 10, 2, seed=1)


def test_a_problem_gives_no_more_rows_than_it_may() -> None:
    chosen = choose(ROWS, 100, 2, seed=0)
    problems = [one.problem for one in chosen]
    assert len(chosen) == 20
    assert all(problems.count(problem) == 2 for problem in problems)


def test_without_a_cap_all_rows_can_be_chosen() -> None:
    assert sorted(one.task for one in choose(ROWS, 100, 0, seed=3)) == sorted(
        one.task for one in ROWS
    )
