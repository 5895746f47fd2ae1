"""The answer to "why?": what the last request came to, what would help, and how it was made."""

from collections.abc import Iterator

from unmask_lsp.engine.status import Status
from unmask_lsp.settings import Spelling
from unmask_lsp.stats.advice import advice
from unmask_lsp.stats.page import Page, Row
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason


def explain(trace: RequestTrace | None, status: Status | None, spelling: Spelling) -> Page:
    """What became of a request, and how the engine is now; says nothing of the code itself."""
    if trace is None:
        return Page(title="Nothing was asked yet").say(_engine(status))
    snapshot = trace.snapshot
    silence = trace.outcome if isinstance(trace.outcome, SilenceReason) else None
    return (
        Page(title=_headline(trace))
        .say(advice(silence.value, spelling) if silence else "")
        .say(f"`{snapshot.uri}`, line {snapshot.line + 1}, version {snapshot.version}.")
        .table(("", ""), _answer(trace))
        .head("What the model was shown")
        .table(("from", "characters"), _context(trace), "Nothing: it was not asked.")
        .head("Where the time went")
        .table(("stage", "ms"), _stages(trace), "Nowhere: nothing was computed.")
        .say(_engine(status))
    )


def _headline(trace: RequestTrace) -> str:
    if isinstance(trace.outcome, SilenceReason):
        return f"Nothing was shown: {trace.outcome}"
    lines = trace.outcome.text.count("\n") + 1
    rest = "" if trace.result else ", the rest of what was shown before"
    return f"{len(trace.outcome.text)} characters on {lines} lines were shown{rest}"


def _answer(trace: RequestTrace) -> Iterator[Row]:
    view, request, result = trace.view, trace.request, trace.result
    if view:
        yield "place of the cursor", view.site.value
    if request:
        yield "most lines", str(request.max_lines or "any")
        yield "budget", f"{request.budget_ms:g} ms" if request.budget_ms else "none"
    if result and result.text:
        yield "score", f"{trace.score:.2f}, at least {trace.least_score:.2f} is shown"
    if result:
        yield "model", result.model
        yield "answer", f"{result.tokens} tokens, ended by {result.stop_reason}"
        yield "work", f"{result.steps} steps, {result.forwards} passes"
    if result and result.expected_ms:
        yield "shortest answer here", f"about {result.expected_ms:.0f} ms once the code is read"
    if result and result.remembered:
        yield "written before in the workspace", f"{result.remembered} of its tokens"
    if result and result.copied_from:
        yield "mostly", f"as in `{result.copied_from}`"
    if result and result.plan:
        plan = result.plan
        yield "context read", f"{plan.context_tokens} tokens, {plan.cached_tokens} of them known"


def _context(trace: RequestTrace) -> Iterator[Row]:
    if trace.request:
        yield "this file, left of the cursor", str(len(trace.request.left))
        yield "this file, right of the cursor", str(len(trace.request.right))
        for source in trace.taken:
            for snippet in source.snippets:
                yield f"{source.source}: `{snippet.origin}`", str(len(snippet.text))


def _stages(trace: RequestTrace) -> Iterator[Row]:
    for stage, ms in trace.ms.items():
        yield stage, f"{ms:.1f}"
        if stage == "context":
            for source in trace.taken:
                yield f"context: {source.source}, when it was chosen", f"{source.ms:.1f}"
        if stage == "engine" and trace.result:
            for part, part_ms in trace.result.ms.items():
                yield f"engine: {part}", f"{part_ms:.1f}"


def _engine(status: Status | None) -> str:
    if status is None:
        return "The engine was not needed yet."
    message = f": {status.message}" if status.message else ""
    return f"The engine of `{status.model}` now: {status.state}{message}."
