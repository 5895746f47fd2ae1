"""Counts as a table for people, and as numbers for programs."""

from collections.abc import Iterator

from unmask_lsp.settings import Spelling
from unmask_lsp.stats.advice import advice
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.page import Page

Row = tuple[str, str]
OFTEN = 0.5
"""Share of the requests from which on a reason for silence is worth a word."""


def stats_page(counts: Counts, spelling: Spelling) -> Page:
    """All of it, with a word of advice where most requests come to nothing."""
    return (
        Page(title=f"Suggestions since {counts.since}")
        .say(_advice(counts, spelling))
        .table(("", ""), _shown(counts), "")
        .head("Why nothing was shown")
        .table(("reason", "times"), _hidden(counts), "It never came to that.")
        .head("How long it took")
        .table(("stage", "half within", "95 of 100 within"), _times(counts), "Nothing was timed.")
    )


def report(counts: Counts) -> Iterator[Row]:
    """What was counted, one row each; times are the median and what 95 of 100 stay below."""
    yield from _shown(counts)
    for reason, times in _hidden(counts):
        yield f"nothing shown: {reason}", times
    for stage, median, most in _times(counts):
        yield f"{stage}, p50 / p95", f"{median.removesuffix(' ms')} / {most}"


def _shown(counts: Counts) -> Iterator[Row]:
    yield f"shown since {counts.since}", str(counts.shown)
    yield "accepted, at least in part", _of(counts.accepted, counts.shown)
    yield "accepted to the end", _of(counts.accepted_whole, counts.shown)
    yield "still there after 30 s", _of(counts.kept, counts.looked_at)
    yield "characters saved", str(counts.characters_saved)
    yield "answers of the engine", str(counts.asked)
    yield "processor seconds for 100 of them", f"{_cpu_s(counts):.1f}"
    yield "tokens in them", str(counts.tokens)
    yield "tokens that the workspace had before", _of(counts.remembered, counts.tokens)
    yield "answers from what was shown already", str(counts.typed_through)


def _hidden(counts: Counts) -> Iterator[Row]:
    for reason, times in sorted(counts.hidden.items(), key=lambda pair: -pair[1]):
        yield reason, str(times)


def _times(counts: Counts) -> Iterator[tuple[str, str, str]]:
    for stage in counts.ms:
        median, most = counts.percentile(stage, 0.5), counts.percentile(stage, 0.95)
        yield stage, f"{median:g} ms", f"{most:g} ms"


def _advice(counts: Counts, spelling: Spelling) -> str:
    """What helps against the commonest reason, if more requests end with it than not."""
    reason, times = max(counts.hidden.items(), key=lambda pair: pair[1], default=("", 0))
    seen = sum(counts.hidden.values()) + counts.typed_through + counts.shown
    words = advice(reason, spelling) if times > OFTEN * seen else ""
    return f"{times} of {seen} requests came to nothing: {reason}. {words}" if words else ""


def numbers(counts: Counts) -> dict[str, object]:
    """The same for programs."""
    return {
        "since": counts.since.isoformat(),
        "shown": counts.shown,
        "accepted": counts.accepted,
        "acceptedWhole": counts.accepted_whole,
        "lookedAt": counts.looked_at,
        "kept": counts.kept,
        "charactersSaved": counts.characters_saved,
        "asked": counts.asked,
        "cpuSecondsOf100": round(_cpu_s(counts), 2),
        "tokens": counts.tokens,
        "remembered": counts.remembered,
        "typedThrough": counts.typed_through,
        "hidden": counts.hidden,
        "ms": {
            stage: {"p50": counts.percentile(stage, 0.5), "p95": counts.percentile(stage, 0.95)}
            for stage in counts.ms
        },
    }


def _cpu_s(counts: Counts) -> float:
    """Seconds of processor time that a hundred answers take."""
    return counts.cpu_ms / max(counts.asked, 1) / 10


def _of(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else str(part)
