"""What passes and reads cost on this machine, as measured while it works.

Estimates are meant to be kept: of the last measurements of a shape, all but the slowest are
below. Knows no clock; whoever runs a pass says how long it took.
"""

from collections import defaultdict, deque

RECENT = 16
"""Measurements of a shape that count."""
PLACES_A_BUCKET = 8
TOKENS_A_BUCKET = 16

Shape = tuple[int, int]
"""Bucket of the size (places or tokens), bucket of the context's length."""


class Timings:
    """Running estimates of milliseconds."""

    def __init__(self) -> None:
        self._passes: dict[Shape, deque[float]] = defaultdict(lambda: deque(maxlen=RECENT))
        self._chunks: dict[Shape, deque[float]] = defaultdict(lambda: deque(maxlen=RECENT))

    def record_pass(self, places: int, context: int, ms: float) -> None:
        """Note what a pass of `places` in all, with `context` tokens at most, took."""
        self._passes[_shape(places, PLACES_A_BUCKET, context)].append(ms)

    def record_read(self, tokens: int, ms: float) -> None:
        """Note what one chunk of `tokens` took."""
        self._chunks[_shape(tokens, TOKENS_A_BUCKET, 0)].append(ms)

    def pass_ms(self, places: int, context: int) -> float:
        """Return what a pass is expected to take; 0 where nothing was measured yet."""
        return _estimate(self._passes, _shape(places, PLACES_A_BUCKET, context))

    def read_ms(self, tokens: int) -> float:
        """Return what reading `tokens`, in chunks of the usual size, is expected to take."""
        if not self._chunks or not tokens:
            return 0.0
        chunk = max(size for size, _ in self._chunks)
        whole, rest = divmod(-(-tokens // TOKENS_A_BUCKET), chunk)
        last = _estimate(self._chunks, (rest, 0)) if rest else 0.0
        return whole * _estimate(self._chunks, (chunk, 0)) + last


def _shape(size: int, bucket: int, context: int) -> Shape:
    return -(-size // bucket), context.bit_length()


def _estimate(measured: dict[Shape, deque[float]], shape: Shape) -> float:
    if not measured:
        return 0.0
    near = min(measured, key=lambda known: (abs(known[1] - shape[1]), abs(known[0] - shape[0])))
    slowest = sorted(measured[near])
    high = slowest[-2] if len(slowest) >= RECENT // 4 else slowest[-1]
    return high * max(1.0, shape[0] / near[0])
