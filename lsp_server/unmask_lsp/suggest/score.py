"""How sure the model was of what would be shown, as one number from 0 to 1.

The score of the first n lines of a block is the geometric mean of two probabilities: the mean one
of their tokens (the exponential of the mean log-probability), and the least one of a token on the
first line that says something. The mean alone forgives a first line that goes wrong; the least one
alone punishes long blocks. A probability is that of a token when it was committed.
"""

import math

from unmask_model.protocol.request import InfillResult

SURE = 1.0
"""The score where the model gave no probabilities: nothing speaks against the block."""
LEAST = 1e-9
"""Probabilities are not taken to be less, so that each has a logarithm."""


def score(result: InfillResult, lines: int) -> float:
    """The score of the first `lines` lines of a block."""
    shown = _probabilities(result, _end_of_line(result.text, lines))
    if not shown:
        return SURE
    first = _probabilities(result, _end_of_line(result.text, first_line(result.text))) or shown
    mean_log = sum(map(math.log, shown)) / len(shown)
    return math.exp((mean_log + math.log(min(first))) / 2)


def most(result: InfillResult, start: int) -> float:
    """The most that the score can be once all from `start` on is found anew.

    What is found anew begins with another token than before, which was no likelier than what the
    model gave to all tokens but that one.
    """
    end = _end_of_line(result.text, first_line(result.text))
    first = [part for part in result.confidence if part.span.start < min(end, start + 1)]
    least = [
        1 - part.probability if part.span.start == start else part.probability for part in first
    ]
    return math.sqrt(max(LEAST, min(least, default=SURE)))


def first_line(block: str) -> int:
    """The line, from 1, of a block that says something first."""
    return block[: len(block) - len(block.lstrip())].count("\n") + 1


def _probabilities(result: InfillResult, end: int) -> list[float]:
    return [max(part.probability, LEAST) for part in result.confidence if part.span.start < end]


def _end_of_line(text: str, lines: int) -> int:
    return len("\n".join(text.split("\n")[:lines]))
