"""What a completion is worth."""

from pathlib import Path

import pytest
from rows import Row, read_rows
from scores import floor, is_python, score


@pytest.fixture
def row(data: Path) -> Row:
    return read_rows(data)[0]


def runs(program: str) -> bool:
    """Stand in for the sandbox: these programs are the test's own."""
    try:
        exec(program, {})
    except Exception:
        return False
    return True


def test_the_authors_line_is_right_in_every_way(row: Row) -> None:
    found = score(row, row.middle, runs)
    assert (found.passed, found.exact, found.parses, found.empty) == (True, True, True, False)


def test_another_right_line_passes_without_being_exact(row: Row) -> None:
    found = score(row, "    total = y + x\n", runs)
    assert found.passed
    assert not found.exact


def test_white_space_at_the_ends_is_no_difference(row: Row) -> None:
    assert score(row, "    total = x + y", runs).exact


def test_a_line_that_does_not_parse_is_noticed(row: Row) -> None:
    found = score(row, "    total = (x\n", runs)
    assert not found.parses
    assert not found.passed


def test_silence_is_empty_and_mostly_wrong(row: Row) -> None:
    assert score(row, " \n", runs).empty
    assert not floor(row, runs)


@pytest.mark.parametrize("source", ["x = '\\d'", "if x is 1: pass"])
def test_what_python_only_warns_of_parses(source: str) -> None:
    assert is_python(source)


@pytest.mark.parametrize("source", ["x = (", "\0", "(" * 5000])
def test_what_python_refuses_does_not(source: str) -> None:
    assert not is_python(source)
