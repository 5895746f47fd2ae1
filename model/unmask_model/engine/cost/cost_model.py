"""What passes and reads cost on this machine, as measured while it works.

Estimates are meant to be kept: of the last measurements of a shape, all but the slowest are
below. A shape that was not measured for long is forgotten, or one slow minute would have it avoided
for ever. Knows no clock; whoever runs a pass says how long it took.
"""

from collections import deque

RECENT = 16
"""Measurements of a shape that count."""
FORGOTTEN_AFTER = 512
"""Measurements of others after which a shape is forgotten: a minute or two of typing."""
PLACES_A_BUCKET = 8
TOKENS_A_BUCKET = 16

Shape = tuple[int, int]
"""Bucket of the size (places or tokens), bucket of the context's length."""


class CostModel:
    """Running estimates of milliseconds."""

    def __init__(self) -> None:
        self._passes, self._chunks = _Measured(), _Measured()
        self._recorded = 0

    def record_pass(self, places: int, context: int, ms: float) -> None:
        """Note what a pass of `places` in all, with `context` tokens at most, took."""
        self._record(self._passes, _shape(places, PLACES_A_BUCKET, context), ms)

    def record_read(self, tokens: int, ms: float) -> None:
        """Note what one chunk of `tokens` took."""
        self._record(self._chunks, _shape(tokens, TOKENS_A_BUCKET, 0), ms)

    def pass_ms(self, places: int, context: int) -> float:
        """Return what a pass is expected to take; 0 where nothing was measured lately."""
        return self._passes.estimate(_shape(places, PLACES_A_BUCKET, context))

    def read_ms(self, tokens: int) -> float:
        """Return what reading `tokens`, in chunks of the usual size, is expected to take."""
        chunk = self._chunks.largest
        if not chunk or not tokens:
            return 0.0
        whole, rest = divmod(-(-tokens // TOKENS_A_BUCKET), chunk)
        last = self._chunks.estimate((rest, 0)) if rest else 0.0
        return whole * self._chunks.estimate((chunk, 0)) + last

    def _record(self, measured: "_Measured", shape: Shape, ms: float) -> None:
        self._recorded += 1
        measured.note(shape, ms, self._recorded)
        for kind in (self._passes, self._chunks):  # where no pass is tried any more, reads age it
            kind.forget(self._recorded - FORGOTTEN_AFTER)


class _Measured:
    """Milliseconds by shape."""

    def __init__(self) -> None:
        self._ms: dict[Shape, deque[float]] = {}
        self._last: dict[Shape, int] = {}

    @property
    def largest(self) -> int:
        """The largest bucket of sizes; 0 where nothing is known."""
        return max((size for size, _ in self._ms), default=0)

    def note(self, shape: Shape, ms: float, number: int) -> None:
        """Take the measurement of this number."""
        self._ms.setdefault(shape, deque(maxlen=RECENT)).append(ms)
        self._last[shape] = number

    def forget(self, number: int) -> None:
        """Forget shapes that were not measured since the measurement of this number."""
        for shape in [shape for shape, last in self._last.items() if last <= number]:
            del self._ms[shape], self._last[shape]

    def estimate(self, shape: Shape) -> float:
        """Return what the nearest shape takes, more where it is smaller; 0 where none is known."""
        if not self._ms:
            return 0.0
        near = min(self._ms, key=lambda known: (abs(known[1] - shape[1]), abs(known[0] - shape[0])))
        slowest = sorted(self._ms[near])
        high = slowest[-2] if len(slowest) >= RECENT // 4 else slowest[-1]
        return high * max(1.0, shape[0] / near[0])


def _shape(size: int, bucket: int, context: int) -> Shape:
    return -(-size // bucket), context.bit_length()
