"""What a completion is worth: does it run, is it what the author wrote, does it parse."""

import ast
import warnings
from dataclasses import dataclass

from rows import Row
from sandbox import EndsWell


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The verdict on one completion."""

    passed: bool
    """The problem's tests pass."""
    exact: bool
    """It is the author's text, white space at both ends aside."""
    parses: bool
    """left + completion + right is Python."""
    empty: bool
    """There is nothing but white space in it."""


def score(row: Row, text: str, ends_well: EndsWell) -> Score:
    """Judge `text` as the middle of `row`."""
    return Score(
        passed=ends_well(row.program(text)),
        exact=text.strip() == row.middle.strip(),
        parses=is_python(row.source(text)),
        empty=not text.strip(),
    )


def is_python(source: str) -> bool:
    """Whether a text parses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are legal
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def floor(row: Row, ends_well: EndsWell) -> bool:
    """Whether the tests pass with nothing in the hole: what a model gets for silence."""
    return ends_well(row.program(""))
