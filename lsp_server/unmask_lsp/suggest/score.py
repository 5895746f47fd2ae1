"""How sure the model was of a line of a block, as one number from 0 to 1.

The score is the geometric mean of two probabilities: the mean one of the line's tokens (the
exponential of their mean log-probability) and the least one. The mean alone forgives a line that
goes wrong in one place; the least one alone punishes long lines. A probability is that of a token
when it was committed. A block is as good as its lines, from the top: one that goes wrong leads the
next ones with it, and a mean over all would let a long tail make up for it.
"""

import math
from collections.abc import Iterator

from unmask_model.protocol.request import Confidence, InfillResult

SURE = 1.0
"""The score where the model gave no probabilities: nothing speaks against the line."""
LEAST = 1e-9
"""Probabilities are not taken to be less, so that each has a logarithm."""


def score(result: InfillResult, line: int) -> float:
    """The score of a line of a block, counted from 1."""
    own = [max(part.probability, LEAST) for number, part in _tokens(result) if number == line]
    if not own:
        return SURE
    mean_log = sum(map(math.log, own)) / len(own)
    return math.exp((mean_log + math.log(min(own))) / 2)


def sure_lines(result: InfillResult, least: float) -> int:
    """How many lines of a block, from the top, have such a score at the least, each by itself."""
    lines = result.text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.strip() and score(result, number) < least:
            return number - 1
    return len(lines)


def most(result: InfillResult, start: int) -> float:
    """The most that the first line's score can be once all from `start` on is found anew.

    What is found anew begins with another token than before, which was no likelier than what the
    model gave to all tokens but that one.
    """
    line = first_line(result.text)
    kept = [part for number, part in _tokens(result) if number == line and part.span.start <= start]
    least = [
        1 - part.probability if part.span.start == start else part.probability for part in kept
    ]
    return math.sqrt(max(LEAST, min(least, default=SURE)))


def first_line(block: str) -> int:
    """The line, from 1, of a block that says something first."""
    return block[: len(block) - len(block.lstrip())].count("\n") + 1


def _tokens(result: InfillResult) -> Iterator[tuple[int, Confidence]]:
    """The tokens of a block, each with its line; one that ends a line belongs to the next one."""
    for part in result.confidence:
        said = result.text[part.span.start : part.span.end]
        start = part.span.end - len(said.lstrip("\n"))
        if start < part.span.end:
            yield result.text.count("\n", 0, start) + 1, part
