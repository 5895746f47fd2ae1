"""Where a user's cursor would stand: holes cut out of a source text.

One cut of a text has one end and several starts. With the context in the order [right][left],
everything before the end is the same left side, so that all starts share one context pass.
Cuts are made in characters and moved to where the product itself would start a block
(`unmask_model.tokens.healing.back_up`). Knows text only.
"""

import random
from bisect import bisect_right
from dataclasses import dataclass

from unmask_model.protocol.request import Span
from unmask_model.tokens.healing import back_up
from unmask_train.examples.units import units

UNITS = 0.25
"""Share of the holes that end where a unit of the syntax ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text with a hole that ends at one place and may start at several."""

    text: str
    """The text up to the end of the hole."""
    starts: tuple[int, ...]
    """Characters at which the hole may start, each where a token may begin."""
    right: str
    """The text after the hole, possibly cut short."""


class Cutter:
    """Draws cuts from one document, as its user would leave it half-written."""

    def __init__(self, text: str, random_: random.Random, language: str = "") -> None:
        self._text = text
        self._language = language
        self._random = random_
        self._lines = [0, *(i + 1 for i, c in enumerate(text) if c == "\n" and i + 1 < len(text))]

    def draw(self, starts: int, left: int, right: int) -> Cut | None:
        """Return a cut with at most `left` and `right` characters around it, None if unlucky."""
        unit = self._unit(left)
        end = unit.end if unit else self._end(self._random.randrange(len(self._lines)))
        if end is None:
            return None
        begin = max(0, end - left)
        line = bisect_right(self._lines, end - 1) - 1
        drawn = {self._start(line, end) for _ in range(starts // 4 if unit else starts)}
        if unit:
            drawn.add(self._where_a_token_begins(unit.start))
        usable = tuple(sorted(start - begin for start in drawn if begin < start < end))
        if not usable:
            return None
        return Cut(
            text=self._text[begin:end],
            starts=usable,
            right=self._text[end : end + self._right(right)],
        )

    def _unit(self, most: int) -> Span | None:
        """Sometimes a unit of the syntax around some place, None if there is none."""
        if self._random.random() > UNITS:
            return None
        found = units(self._text, self._language, self._random.randrange(len(self._text)), most)
        return self._random.choice(found) if found else None

    def _end(self, line: int) -> int | None:
        """The hole ends before the line break (mostly), after it, or inside the line."""
        first, stop = self._lines[line], self._stop(line)
        content = len(self._text[first:stop].rstrip("\n"))
        if not self._text[first:stop].strip():
            return None
        kind = self._random.random()
        if kind < 0.56:
            return first + content
        return stop if kind < 0.88 else self._random.randint(first + 1, first + content)

    def _start(self, line: int, end: int) -> int:
        """In the last line, at its start, or some lines above; never inside a token."""
        kind = self._random.random()
        if kind < 0.3:
            start = self._random.randint(self._lines[line], end - 1)
        elif kind < 0.65:
            start = self._lines[line]
        else:
            up = int(self._random.lognormvariate(1.0, 0.8)) + 1
            start = self._lines[max(0, line - up)]
            if kind > 0.9:
                start = self._random.randint(start, end - 1)
        return self._where_a_token_begins(start)

    def _where_a_token_begins(self, start: int) -> int:
        return len(back_up(self._text[:start])[0])

    def _right(self, most: int) -> int:
        """The right side is sometimes missing, sometimes short."""
        kind = self._random.random()
        if kind < 0.08:
            return 0
        return self._random.randint(1, most) if kind < 0.4 else most

    def _stop(self, line: int) -> int:
        after = bisect_right(self._lines, self._lines[line])
        return self._lines[after] if after < len(self._lines) else len(self._text)
