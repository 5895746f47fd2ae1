"""What an engine counts and times, in the words of Prometheus; it knows no text and no document.

Every engine has a registry of its own. `unmask_` names are ours; `process_` names (memory, CPU
time, open files) come from the client library, on systems that tell.
"""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from unmask_model.engine.gpu import Gpu
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.event import Event
from unmask_model.protocol.request import BlockSnapshot, InfillResult

MILLISECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000)
CANVASES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


class Metrics:
    """The figures of one engine."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._stages = Histogram(
            "unmask_stage_milliseconds",
            "Time of each stage of an answer.",
            ["stage"],
            buckets=MILLISECONDS,
            registry=registry,
        )
        self._answers = Counter(
            "unmask_answers", "Answers by why they ended.", ["reason"], registry=registry
        )
        self._errors = Counter(
            "unmask_errors", "Requests that ended with an error.", ["type"], registry=registry
        )
        self._passes = Histogram(
            "unmask_pass_milliseconds",
            "Time of a forward pass.",
            buckets=MILLISECONDS,
            registry=registry,
        )
        self._canvases = Histogram(
            "unmask_pass_canvases", "Canvases in a pass.", buckets=CANVASES, registry=registry
        )
        self._tokens = Counter(
            "unmask_context_tokens",
            "Context tokens of answers, read anew or found in the cache.",
            ["source"],
            registry=registry,
        )
        self._in_work = Gauge(
            "unmask_requests_in_work", "Requests that are being answered.", registry=registry
        )
        self._waiting = Gauge(
            "unmask_requests_waiting", "Requests not taken in yet.", registry=registry
        )
        ProcessCollector(registry=registry)
        registry.register(Gpu())

    def watch(self, in_work: Callable[[], float], waiting: Callable[[], float]) -> None:
        """Take the queue's lengths from these when somebody asks."""
        self._in_work.set_function(in_work)
        self._waiting.set_function(waiting)

    def passed(self, canvases: int, ms: float) -> None:
        """Note a pass."""
        self._canvases.observe(canvases)
        self._passes.observe(ms)

    def told(self, event: Event) -> None:
        """Note how an answer ended; snapshots are not counted."""
        if isinstance(event, UnmaskError):
            self._errors.labels(type(event).__name__).inc()
        elif not isinstance(event, BlockSnapshot):
            self._answered(event)

    def page(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)

    def _answered(self, result: InfillResult) -> None:
        self._answers.labels(result.stop_reason.value).inc()
        for stage, ms in result.ms.items():
            self._stages.labels(stage).observe(ms)
        if result.plan is not None:
            cached = result.plan.cached_tokens
            self._tokens.labels("cache").inc(cached)
            self._tokens.labels("read").inc(max(result.plan.context_tokens - cached, 0))
