"""What passes and reads cost on this machine, as measured while it works.

A cost is a curve over rows: flat on a GPU, nearly proportional on a small processor, with a step
where a library changes its ways. Two readings of it: what a pass usually takes (the median), by
which rows are chosen, and what it takes but for one in five, by which deadlines are kept. A pass
of fewer rows takes no longer than one of more, so one hiccup is outvoted by its neighbours. Sizes
that were not measured for long are forgotten, or one slow minute would have them avoided for ever.
The length of the context counts little beside the rows, and recent passes have about the one that
the next has. Knows no clock; what runs a pass says how long it took.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterable
from statistics import median

RECENT = 16
"""Measurements of a size that count."""
FORGOTTEN_AFTER = 512
"""Measurements of others after which a size is forgotten: a minute or two of typing."""
HOPE = 0.9
"""What is left of an estimate after a request was refused because of it."""
EXACT = 16
"""Up to so many rows each count is a size of its own; above, each eight."""


class CostModel:
    """Running estimates of milliseconds."""

    def __init__(self) -> None:
        self._passes, self._reads = CostCurve(), CostCurve()
        self._recorded = 0
        self._hope = 1.0

    def record_pass(self, rows: int, ms: float) -> None:
        """Note what a pass of `rows` in all took."""
        self._hope = 1.0
        self._record(self._passes, rows, ms)

    def record_read(self, tokens: int, ms: float) -> None:
        """Note what one chunk of `tokens` took."""
        self._record(self._reads, tokens, ms)

    def pass_ms(self, rows: int) -> float:
        """Return what a pass is hardly ever above; 0 where nothing was measured lately."""
        return self._hope * self._passes.kept(rows)

    def refused(self) -> None:
        """Note that a request had to go without a pass: what is never tried is never measured.

        So each refusal makes the next pass a little likelier to be tried.
        """
        self._hope *= HOPE

    def usual_pass_ms(self, rows: int) -> float:
        """Return what a pass usually takes; 0 where nothing was measured lately."""
        return self._passes.usual(rows)

    def most_rows(self, left_ms: float, most: int) -> int:
        """Return how many rows, `most` at most, a pass can have that is in time; 1 at least."""
        return next((rows for rows in range(most, 1, -1) if self.pass_ms(rows) <= left_ms), 1)

    def read_ms(self, tokens: int) -> float:
        """Return what reading `tokens`, in chunks of the usual size, is hardly ever above."""
        chunk = self._reads.largest
        if not chunk or not tokens:
            return 0.0
        whole, rest = divmod(tokens, chunk)
        return whole * self._reads.kept(chunk) + (self._reads.kept(rest) if rest else 0.0)

    def chunk(self, limit_ms: float, least: int) -> int:
        """Return how many tokens can be read in `limit_ms`, in one chunk; `least` at least."""
        sizes = range(self._reads.largest, least, -least)
        return next((size for size in sizes if self._reads.kept(size) <= limit_ms), least)

    def _record(self, curve: "CostCurve", size: int, ms: float) -> None:
        self._recorded += 1
        curve.note(size, ms, self._recorded)
        for each in (self._reads, self._passes):  # where none is tried, others age it
            each.forget(self._recorded - FORGOTTEN_AFTER)


class CostCurve:
    """Milliseconds over sizes."""

    def __init__(self) -> None:
        self._ms: dict[int, deque[float]] = {}
        self._last: dict[int, int] = {}
        self._usual: list[tuple[int, float]] = []
        self._kept: list[tuple[int, float]] = []

    @property
    def largest(self) -> int:
        """The largest size that was measured; 0 where none was."""
        return self._usual[-1][0] if self._usual else 0

    def note(self, size: int, ms: float, number: int) -> None:
        """Take the measurement of this number."""
        rounded = _rounded(size)
        self._ms.setdefault(rounded, deque(maxlen=RECENT)).append(ms)
        self._last[rounded] = number
        self._draw()

    def forget(self, number: int) -> None:
        """Forget sizes that were not measured since the measurement of this number."""
        old = [size for size, last in self._last.items() if last <= number]
        for size in old:
            del self._ms[size], self._last[size]
        if old:
            self._draw()

    def usual(self, size: int) -> float:
        """Return what a size usually takes; 0 where nothing is known."""
        return _at(self._usual, size)

    def kept(self, size: int) -> float:
        """Return what four of five of a size stay below; 0 where nothing is known."""
        return _at(self._kept, size)

    def _draw(self) -> None:
        self._usual = _rising((size, median(ms)) for size, ms in sorted(self._ms.items()))
        self._kept = _rising((size, _high(ms)) for size, ms in sorted(self._ms.items()))


def _rounded(size: int) -> int:
    return size if size <= EXACT else -(-size // 8) * 8


def _high(ms: Collection[float]) -> float:
    """Return the slowest of few measurements, of more the slowest but for one in five."""
    return sorted(ms)[-1 - len(ms) // 5]


def _rising(points: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the points with none above a later one: what is larger takes no less."""
    lowest, found = float("inf"), []
    for size, ms in reversed(list(points)):
        lowest = min(lowest, ms)
        found.append((size, lowest))
    return found[::-1]


def _at(points: list[tuple[int, float]], size: int) -> float:
    """Read a curve between its points; before them it is flat, behind them it rises as before."""
    if not points:
        return 0.0
    index = bisect_left(points, (size, 0.0))
    if index == 0:
        return points[0][1]
    (before, low), (after, high) = points[index - 1], points[min(index, len(points) - 1)]
    if index == len(points):
        first, start = points[0] if len(points) > 1 else (0, 0.0)
        return low + (size - before) * (low - start) / (before - first)
    return low + (size - before) * (high - low) / (after - before)
