"""What other tools say of open documents: errors and warnings that a client passes on.

A problem is known by the line it was said of. Once that line is another, nobody is told of it any
more, whether it is solved or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from unmask_lsp.text.documents import Document

REACH = 24
"""Lines above and below the cursor whose problems are told."""
LONGEST_LINE, LONGEST_MESSAGE = 80, 120
"""Characters; what is longer is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is said of a line."""

    line: str
    """The line as it was then, without the white space at its ends."""
    message: str
    """What is said, on one line."""


def problems_of(document: Document, said: Iterable[tuple[int, str]]) -> tuple[Problem, ...]:
    """What is said of the lines of a document, by their numbers from 0; blank ones say nothing."""
    lines = document.lines
    problems = (
        Problem(line=lines[number].strip(), message=" ".join(message.split())[:LONGEST_MESSAGE])
        for number, message in said
        if 0 <= number < len(lines)
    )
    return tuple(one for one in dict.fromkeys(problems) if one.line and one.message)


def near(problems: Iterable[Problem], left: str, right: str) -> list[Problem]:
    """Those of the lines around a cursor between two texts, the nearest line first."""
    above, below = left.split("\n")[-REACH - 1 :], right.split("\n")[: REACH + 1]
    lines = [*above[:-1], above[-1] + below[0], *below[1:]]
    distance: dict[str, int] = {}
    for row, line in enumerate(lines):
        away = abs(row - len(above) + 1)
        distance[line.strip()] = min(away, distance.get(line.strip(), away))
    found = [problem for problem in problems if problem.line in distance]
    return sorted(found, key=lambda problem: distance[problem.line])
