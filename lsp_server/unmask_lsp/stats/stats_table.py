"""Counts as a table for people, and as numbers for programs."""

from collections.abc import Iterator

from unmask_lsp.stats.counts import Counts

Row = tuple[str, str]


def report(counts: Counts) -> Iterator[Row]:
    """What was counted, one row each; times are the median and what 95 of 100 stay below."""
    yield f"shown since {counts.since}", str(counts.shown)
    yield "accepted, at least in part", _of(counts.accepted, counts.shown)
    yield "accepted to the end", _of(counts.accepted_whole, counts.shown)
    yield "still there after 30 s", _of(counts.kept, counts.looked_at)
    yield "characters saved", str(counts.characters_saved)
    yield "answers of the engine", str(counts.asked)
    yield "answers from what was shown already", str(counts.typed_through)
    for reason, times in sorted(counts.hidden.items(), key=lambda pair: -pair[1]):
        yield f"nothing shown: {reason}", str(times)
    for stage in counts.ms:
        median, most = counts.percentile(stage, 0.5), counts.percentile(stage, 0.95)
        yield f"{stage}, p50 / p95", f"{median:g} / {most:g} ms"


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
        "typedThrough": counts.typed_through,
        "hidden": counts.hidden,
        "ms": {
            stage: {"p50": counts.percentile(stage, 0.5), "p95": counts.percentile(stage, 0.95)}
            for stage in counts.ms
        },
    }


def _of(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else str(part)
