"""The engine: one model, many requests, one step at a time.

In a step a chunk of context is read for one request and all live canvases go through the model in
one pass. The engine starts nothing that it does not expect to finish before a request's deadline;
a request whose time is up leaves with what it has. Taking a request back frees
the engine at once, since every answer is a generator that is simply not gone on with. Knows no
thread: its owner calls `step`.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from unmask_model.decoding.outlook import Acceptance
from unmask_model.decoding.sampler import Sampler
from unmask_model.decoding.samplers import open_sampler
from unmask_model.decoding.samplers.autoregressive import Autoregressive
from unmask_model.engine.admission import admit
from unmask_model.engine.answer.answer import Answer
from unmask_model.engine.answer.steps import EngineState, Reply
from unmask_model.engine.cost.cost_model import CostModel
from unmask_model.engine.cost.warm_up import warm_up
from unmask_model.engine.job import Job
from unmask_model.engine.memories import Memories
from unmask_model.engine.metrics import Metrics
from unmask_model.engine.missed_deadline import in_time, left_ms, too_late
from unmask_model.engine.power import on_battery
from unmask_model.engine.prefix.prefix_cache import PrefixCache
from unmask_model.families.denoiser import Denoiser
from unmask_model.protocol.deadline import Clock, Deadline
from unmask_model.protocol.errors import RequestInvalid, UnmaskError
from unmask_model.protocol.event import Event
from unmask_model.protocol.limits import check
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult
from unmask_model.tokens.healing import PrefixConstraint

LEAST_CHUNK = 8
"""Fewest tokens that are read at a time: fewer cost hardly less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How an engine works."""

    sampler: str = "confidence"
    """Sampler of requests that name none."""
    context_tokens: int = 3072
    """Most context tokens that are kept, over all documents."""
    wait_ms: float = 75.0
    """Milliseconds that a request waits, at most, for what is read while the engine is idle: a
    quarter of the usual budget."""
    requests: int = 16
    """Most requests that are answered at the same time."""
    share_passes: bool = True
    """Whether the canvases of several requests go through the model together."""


class Engine:
    """Owns one model, its contexts, and the requests in work."""

    def __init__(  # noqa: PLR0913 -- what outlives an engine is handed in
        self,
        denoiser: Denoiser,
        *,
        model: str = "",
        options: EngineOptions | None = None,
        metrics: Metrics | None = None,
        memories: Memories | None = None,
        clock: Clock = time.perf_counter,
        on_battery: Callable[[], bool] = on_battery,
    ) -> None:
        self._options = options or EngineOptions()
        self._clock = clock
        self._on_battery = on_battery
        self._denoiser = denoiser
        self._jobs: list[Job] = []
        self._at_work: list[Job] = []
        self.costs = CostModel()
        self._metrics = metrics or Metrics()
        self._state = EngineState(
            model=model,
            denoiser=denoiser,
            constraint=PrefixConstraint(
                denoiser.vocabulary,
                denoiser.head_ids,
                denoiser.length.marks(denoiser.vocabulary.end),
            ),
            prefix_cache=PrefixCache(denoiser, self._options.context_tokens),
            costs=self.costs,
            acceptance=Acceptance(),
            memories=memories or Memories(),
            clock=clock,
        )

    @property
    def requests(self) -> int:
        """How many requests are in work."""
        return len(self._jobs)

    @property
    def window(self) -> int:
        """Most context tokens the model reads."""
        return self._denoiser.window

    @property
    def busy(self) -> bool:
        """Whether a request is in work."""
        return bool(self._jobs)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text; any thread may ask."""
        return self._denoiser.vocabulary.encode(text)

    def warm_up(self) -> None:
        """Run the model for a moment, to learn what its passes take."""
        warm_up(self._denoiser, self.costs, self._clock)

    def submit(
        self, request: InfillRequest, tell: Callable[[Event], None], received: float | None = None
    ) -> Job:
        """Take a request in; `tell` is called with snapshots of its block, then once with its end.

        `received` is when it came, by the engine's clock; now if left out. Raises RequestInvalid
        or EngineBusy, in which case nothing is told. An older request of the same document ends
        as superseded.
        """
        check(request)
        sampler = self._sampler(request.sampler or self._sampler_for(request))
        deadline = Deadline(
            clock=self._clock,
            received=self._clock() if received is None else received,
            budget_ms=request.budget_ms,
        )
        others = [job for job in self._jobs if not _is_older(job, request.document)]
        admit(others, self._options.requests, deadline, self._state)
        self._supersede(request.document)
        answer = Answer(request=request, sampler=sampler, state=self._state, deadline=deadline)
        job = Job(answer=answer, tell=tell)
        self._jobs.append(job)
        self._go_on(job, None)
        return job

    def cancel(self, job: Job) -> None:
        """Forget a request; nothing more is told of it."""
        job.leave()
        self._drop_done()

    def step(self) -> bool:
        """Do the next bit of work; return whether there was any."""
        if not self._jobs:
            return self._read_ahead()
        readers = [job for job in self._jobs if job.unread]
        if readers:
            self._read_chunk(min(readers, key=left_ms))
        ready = [job for job in self._jobs if job.passes]
        alone = [job for job in ready if job.alone or not self._options.share_passes]
        if ready:
            self._pass([min(alone, key=left_ms)] if alone else ready)
        return True

    def fill(self, request: InfillRequest) -> Iterator[BlockSnapshot | InfillResult]:
        """Answer in this thread: snapshots of the block, then the result; closing it cancels."""
        told: deque[Event] = deque()
        job = self.submit(request, told.append)
        try:
            while told or not job.done:
                if not told:
                    self.step()
                    continue
                event = told.popleft()
                if isinstance(event, UnmaskError):
                    raise event
                yield event
        finally:
            self.cancel(job)

    def recover(self, error: UnmaskError) -> None:
        """Go on after something raised: end the request it was done for with an error.

        The requests of a pass that failed are passed one by one from then on, so that only those
        end that cannot go on. What was read for them is not trusted any more, and nothing at all
        where it was for no request.
        """
        failed, self._at_work = self._at_work, []
        if not failed:
            self._state.prefix_cache.forget()
        for job in failed:
            job.answer.distrust()
            job.alone = True
        if len(failed) == 1:
            failed[0].end(error)
        self._drop_done()

    def close(self, error: UnmaskError) -> None:
        """End every request in work with an error."""
        for job in self._jobs:
            job.end(error)
        self._drop_done()

    def _sampler_for(self, request: InfillRequest) -> str:
        """What is found between parts that stay needs a sampler that sees both of them."""
        rewrite = request.rewrite
        is_between = (
            rewrite and rewrite.redo and max(s.end for s in rewrite.redo) < len(rewrite.text)
        )
        return "confidence" if is_between and self._denoiser.parallel else self._options.sampler

    def _sampler(self, spec: str) -> Sampler:
        sampler = open_sampler(spec)
        if sampler.causal and not self._denoiser.causal:
            raise RequestInvalid(
                f"{spec!r} reads left to right, which {self._state.model!r} cannot;"
                " choose `confidence` or `fixed`"
            )
        if not self._denoiser.parallel and not isinstance(sampler, Autoregressive):
            raise RequestInvalid(
                f"{spec!r} fills masks, which {self._state.model!r} cannot without an adapter;"
                " choose `autoregressive`"
            )
        return sampler

    def _supersede(self, document: str) -> None:
        for job in self._jobs:
            if _is_older(job, document):
                job.supersede()
        self._drop_done()

    def _read_ahead(self) -> bool:
        """Read a chunk of what was put down for now; return whether there was any."""
        started = self._clock()
        most = self.costs.chunk(self._options.wait_ms, LEAST_CHUNK)
        tokens = self._state.prefix_cache.advance(most, sparing=self._on_battery())
        if tokens:
            self.costs.record_read(tokens, (self._clock() - started) * 1000)
        return tokens > 0

    def _read_chunk(self, job: Job) -> None:
        unread = job.unread
        if too_late(job, self.costs.read_ms(unread)):
            return self._go_on(job, None)
        started = self._clock()
        self._go_on(job, [])
        spent = (self._clock() - started) * 1000
        self.costs.record_read(max(unread - job.unread, 1), spent)

    def _pass(self, ready: list[Job]) -> None:
        """Pass canvases through the model: of the most urgent jobs, as many as are all in time."""
        live, late = in_time(ready, self._pass_ms)
        for job in late:
            self._go_on(job, None)
        if not live:
            return
        rows, started = self._rows(live), self._clock()
        passes = [one for job in live for one in job.passes]
        self._at_work = live
        proposals = iter(self._denoiser.propose(passes))
        for job in live:
            self._go_on(job, [next(proposals) for _ in job.passes])
        spent = (self._clock() - started) * 1000
        self.costs.record_pass(rows, spent)
        self._metrics.passed(len(passes), spent)

    def _rows(self, jobs: list[Job]) -> int:
        """Rows of a pass over all canvases."""
        return sum(self._denoiser.rows(one) for job in jobs for one in job.passes)

    def _pass_ms(self, jobs: list[Job]) -> float:
        return self.costs.pass_ms(self._rows(jobs))

    def _go_on(self, job: Job, reply: Reply) -> None:
        self._at_work = [job]
        job.go_on(reply)
        self._at_work = []
        self._drop_done()

    def _drop_done(self) -> None:
        self._jobs = [job for job in self._jobs if not job.done]


def _is_older(job: Job, document: str) -> bool:
    return bool(document) and job.answer.request.document == document
