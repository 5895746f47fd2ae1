"""One request from its text to its result, as a generator that never waits.

It yields what it needs next, a chunk of context to be read or canvases to be passed through the
model, and is sent proposals; None instead means that the time is up, and it returns what it has:
of a sampler that goes from left to right what was checked, of others a whole block. Who asks, in
which order, and what else runs in the same pass is the engine's business.
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace

from unmask_model.decoding.length import Search
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.retrieval import Retrieval
from unmask_model.decoding.rewrite_ids import RewriteIds
from unmask_model.decoding.sampler import Sampler
from unmask_model.engine.answer.branch import branches, mean_log_probability
from unmask_model.engine.answer.candidate import Candidate, Task
from unmask_model.engine.answer.steps import (
    Answering,
    EngineState,
    ForwardStep,
    PrefillStep,
    Reply,
    Writing,
)
from unmask_model.engine.cost.canvas_plan import (
    ANSWER_MS,
    SHORTEST_CHECK,
    CanvasPlan,
    checks,
    longest_canvas,
    plan_canvas,
)
from unmask_model.engine.length_search import search
from unmask_model.engine.prefix.prefill import Prefill
from unmask_model.families.denoiser import Context
from unmask_model.protocol.deadline import Deadline
from unmask_model.protocol.request import (
    BlockSnapshot,
    InfillRequest,
    InfillResult,
    Plan,
    StopReason,
)
from unmask_model.protocol.stages import Stages
from unmask_model.tokens import block_text
from unmask_model.tokens.healing import back_up

MOST_ROWS = 64
"""Most rows of a check, whatever they cost."""
COPIED = 0.6
"""Share of a block that stands in one text, if the block is said to be copied from there."""
COPIED_TOKENS = 12
"""Fewest tokens of such a block."""


@dataclass(slots=True, kw_only=True)
class Answer:
    """A request that is being answered."""

    request: InfillRequest
    """What is asked."""
    sampler: Sampler
    """How the canvas is unmasked."""
    state: EngineState
    """The engine's."""
    deadline: Deadline
    """When the answer is due."""
    _typed: str = field(default="", init=False)
    _forwards: int = field(default=0, init=False)
    _plan: Plan | None = field(default=None, init=False)
    _stages: Stages = field(init=False)
    _retrieval: Retrieval | None = field(init=False)
    _prefill: Prefill = field(init=False)

    def __post_init__(self) -> None:
        self._stages = Stages(self.state.clock, self.deadline.received)
        self._retrieval = self._retrieved()
        self._prefill = Prefill(request=self.request, state=self.state, deadline=self.deadline)

    def run(self) -> Answering:
        """Answer; see the module."""
        self._stages.end("queue")
        left = self._back_up()
        self._stages.end("tokenize")
        try:
            context = yield from self._prefill.read(left)
            self._stages.end("context")
            if context is None or not self._plan_canvas(context):
                return self.nothing(StopReason.BUDGET)
            task = self._task()
            if not (yield from self._measure_hole(context, task)):
                return self.nothing(StopReason.BUDGET)
            first = self._candidate(task)
            yield from self._write([first], context, first)
            remembered, copied_from = self._remembered(first)
            others = [self._candidate(each) for each in self._other_tasks(first, task)]
            yield from self._write(others, context, first)
        finally:
            self._prefill.close()
        self._stages.end("denoise")
        result = self._result(first, others)
        return replace(result, remembered=remembered, copied_from=copied_from)

    def distrust(self) -> None:
        """Let nobody go on with what was read for it: something failed."""
        self._prefill.drop()

    def nothing(self, reason: StopReason) -> InfillResult:
        """Return an answer without text."""
        late = reason is StopReason.BUDGET
        expected_ms = self._least_ms() if late else 0.0
        if late and not self._forwards:
            self.state.costs.refused()
        return InfillResult(
            text="",
            stop_reason=reason,
            ms=self._stages.ms,
            plan=self._plan,
            model=self.state.model,
            unread=self._prefill.unread if late else 0,
            expected_ms=expected_ms,
        )

    def _least_ms(self) -> float:
        """Return what the shortest answer takes once the context is read: one pass."""
        return self.state.pass_ms(SHORTEST_CHECK, [self._prefill.tokens]) + ANSWER_MS

    def _back_up(self) -> str:
        """Return the left side without what was typed of a word, if that can be asked again."""
        left, typed = back_up(self.request.left)
        if not self.state.constraint.can_spell(typed):
            return self.request.left
        self._typed = typed
        return left

    def _plan_canvas(self, context: Context) -> bool:
        """Settle the length of the canvas; return whether a pass fits at all."""
        most = min(longest_canvas(self.state.denoiser.block), self.request.max_tokens)
        fitting = self._fitting(most, context)
        if fitting is not None:
            self._plan = Plan(
                context_tokens=context.tokens,
                cached_tokens=context.cached,
                places=fitting.places,
                passes=fitting.passes,
            )
        return fitting is not None

    def _fitting(self, most: int, context: Context) -> CanvasPlan | None:
        canvases, left_ms = self.request.candidates, self.deadline.left_ms

        def pass_ms(places: int) -> float:
            return self.state.pass_ms(places * canvases, [context.tokens] * canvases)

        if self.sampler.causal:
            return checks(most, left_ms, pass_ms(SHORTEST_CHECK))
        search_ms = self.state.search_ms
        return plan_canvas(most, left_ms, pass_ms, lambda places: search_ms(places, context.tokens))

    def _outlook(self) -> Outlook:
        """What the sampler is told of this machine and of the time that is left."""
        costs = self.state.costs
        return Outlook(
            pass_ms=costs.usual_pass_ms,
            most_rows=lambda: costs.most_rows(self.deadline.left_ms - ANSWER_MS, MOST_ROWS),
            acceptance=self.state.acceptance,
            retrieval=self._retrieval,
        )

    def _retrieved(self) -> Retrieval | None:
        """Return what the request's workspace remembers; None if it has no memory here."""
        memory = self.state.memories.of(self.request.workspace)
        return Retrieval(memory, self.request.file) if memory else None

    def _measure_hole(self, context: Context, task: Task) -> Generator[ForwardStep, Reply, bool]:
        """Let the model say how long the canvas is, where it must be told; False: time is up."""
        length, end = self.state.denoiser.length, self.state.denoiser.vocabulary.end
        assert self._plan is not None
        if isinstance(length, Search) and not task.rewrite.closed(end):
            places = yield from search(length, context, self._plan.places, self.state)
            self._plan = replace(self._plan, places=places)
            self._forwards += 1
        return self._plan.places > 0

    def _candidate(self, task: Task) -> Candidate:
        return Candidate(task, self.state.denoiser, self.state.constraint)

    def _task(self) -> Task:
        text, vocabulary = self.request.rewrite, self.state.denoiser.vocabulary
        rewrite = RewriteIds() if text is None else RewriteIds.of(text, self._typed, vocabulary)
        return Task(
            sampler=self.sampler,
            typed=self._typed,
            rewrite=rewrite,
            max_tokens=max(self.request.max_tokens, len(rewrite.ids)),
            max_lines=self.request.max_lines,
            branches=self.request.candidates > 1,
            outlook=self._outlook(),
        )

    def _other_tasks(self, first: Candidate, task: Task) -> list[Task]:
        if first.stop is StopReason.BUDGET:
            return []
        return branches(first, task, self.request.candidates - 1, self.request.seed)

    def _write(self, candidates: list[Candidate], context: Context, shown: Candidate) -> Writing:
        """Write candidates together; snapshots are those of the one that is shown."""
        assert self._plan is not None
        for candidate in candidates:
            candidate.open_block(context, self._plan.places)
        while live := [candidate for candidate in candidates if candidate.stop is None]:
            asked = [candidate for candidate in live if not candidate.block_closed]
            if len(asked) < len(live):
                yield from self._open_next_blocks(
                    [candidate for candidate in live if candidate.block_closed]
                )
                continue
            snapshot = self._snapshot(shown) if self.request.stream else None
            passes = tuple(candidate.ask() for candidate in asked)
            proposals = yield ForwardStep(passes=passes, snapshot=snapshot)
            if proposals is None:
                return _settle(live)
            self._forwards += 1
            for candidate, proposal in zip(asked, proposals, strict=True):
                candidate.take(proposal)

    def _open_next_blocks(self, candidates: list[Candidate]) -> Writing:
        """Put the closed block of each candidate behind its context, and a canvas behind that."""
        assert self._plan is not None
        for candidate in candidates:
            block = candidate.canvas.block()
            if (yield PrefillStep(unread=len(block))) is None:
                return _settle(candidates)
            context = self.state.denoiser.extend(candidate.context, block)
            self._forwards += 1
            candidate.open_block(context, self._plan.places)

    def _snapshot(self, candidate: Candidate) -> BlockSnapshot | None:
        if not candidate.steps:
            return None
        settled = self._text(
            candidate.ids + ([] if candidate.block_closed else candidate.canvas.block())
        )
        return BlockSnapshot(
            text=self._text(candidate.whole()),
            masked=int(candidate.canvas.masked.sum()),
            step=candidate.steps,
            settled=len(block_text.finished(settled)),
        )

    def _text(self, ids: list[int]) -> str:
        text = self.state.denoiser.vocabulary.decode(ids)
        return block_text.shown(text, self._typed, self.request.max_lines)

    def _remembered(self, best: Candidate) -> tuple[int, str]:
        """Return how many tokens of a block the workspace had, and where most of them stand."""
        if self._retrieval is None:
            return 0, ""
        origin = self._retrieval.source(max(round(COPIED * len(best.ids)), COPIED_TOKENS))
        if origin is None:
            return self._retrieval.kept, ""
        before = self.state.denoiser.vocabulary.decode(self._retrieval.before(origin))
        return self._retrieval.kept, f"{origin.name}:{before.count(chr(10)) + 1}"

    def _result(self, best: Candidate, others: list[Candidate]) -> InfillResult:
        assert best.stop is not None
        text = self._text(best.ids)
        spans = block_text.token_spans(best.ids, self.state.denoiser.vocabulary)
        sure = best.confidence[: len(best.ids)]
        confidence = block_text.confidences(spans, sure, self._typed, text)
        in_time = [candidate for candidate in others if candidate.stop is not StopReason.BUDGET]
        ranked = sorted(in_time, key=mean_log_probability, reverse=True)
        texts = dict.fromkeys(self._text(candidate.ids) for candidate in ranked)
        return InfillResult(
            text=text,
            stop_reason=best.stop,
            tokens=len(confidence),
            steps=best.steps,
            forwards=self._forwards,
            confidence=confidence,
            ms=self._stages.ms,
            plan=self._plan,
            model=self.state.model,
            alternatives=tuple(other for other in texts if other != text),
        )


def _settle(candidates: list[Candidate]) -> None:
    for candidate in candidates:
        if candidate.stop is None:
            candidate.settle()
