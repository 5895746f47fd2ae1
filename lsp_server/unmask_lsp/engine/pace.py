"""Whether answers come in time, told from what the engine reports of each.

An answer that ends with nothing because its time was up may be one too many for a busy machine, or
the first look at a large file; only several in a row say that this machine is too slow.
"""

from collections import deque
from statistics import median

from unmask_lsp.engine.status import Pace, State
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason

SLOW_AFTER = 3
"""Answers in a row that came to nothing in time, after which it is not chance."""
SEEN = 16
"""Whole answers that the expectation is made of."""
MOSTLY = 0.7
"""Share of its budget that an answer has spent on reading if it was reading that took too long."""


class PaceMeter:
    """The answers of one engine, as far as they tell how quick it is."""

    def __init__(self) -> None:
        self._whole_ms: deque[float] = deque(maxlen=SEEN)
        self._misses = 0
        self.state = State.READY
        self.pace: Pace | None = None

    def note(self, request: InfillRequest, result: InfillResult) -> None:
        """Take an answer into account; second thoughts about a block say nothing of the first.

        Nor does what ended because a newer request came.
        """
        if request.rewrite is not None or result.stop_reason is StopReason.SUPERSEDED:
            return
        is_late = result.stop_reason is StopReason.BUDGET
        if not is_late:
            self._whole_ms.append(_total(result))
        self._misses = self._misses + 1 if is_late and not result.text.strip() else 0
        expected_ms = result.expected_ms or self._expected_ms()
        self.pace = Pace(budget_ms=request.budget_ms, expected_ms=expected_ms)
        self.state = self._judge(request, result) if self._misses else State.READY

    def _judge(self, request: InfillRequest, result: InfillResult) -> State:
        expected = result.expected_ms or self._expected_ms() or 0.0
        if result.unread and result.expected_ms <= request.budget_ms:
            return State.READING
        if self._misses >= SLOW_AFTER or expected > request.budget_ms:
            return State.SLOW
        read = result.ms.get("context", 0.0)
        return State.READING if read >= MOSTLY * request.budget_ms else State.TIMED_OUT

    def _expected_ms(self) -> float | None:
        return median(self._whole_ms) if self._whole_ms else None


def _total(result: InfillResult) -> float:
    """Milliseconds of a whole answer."""
    return result.ms.get("total") or sum(result.ms.values())
