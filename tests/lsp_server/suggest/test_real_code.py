"""What a person really wrote is never cut: every line of this project's own text half is a hole."""

from collections import Counter
from pathlib import Path

import pytest

from unmask_lsp.context.window import window
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.text.documents import Snapshot

ROOMS = sorted((Path(__file__).parents[3] / "lsp_server" / "unmask_lsp").glob("*/"))
SOURCES = [path for room in ROOMS if room.name != "cli" for path in sorted(room.glob("*.py"))]
EVERY = 5
ONLY_CLOSERS = ")]},"
# What is right and not worth showing, or right only by chance.
EXCUSED = {SilenceReason.CLOSERS, SilenceReason.REPEATS_LEFT, SilenceReason.REPEATS_RIGHT}


def outcome_of(text: str, start: int, end: int) -> str:
    """`kept`, or what became of the text between two offsets when a model proposes just it."""
    snapshot = Snapshot(
        uri="file:///m.py",
        version=1,
        language="python",
        text=text[:start] + text[end:],
        cursor=start,
        line=text.count("\n", 0, start),
        line_start=text.rfind("\n", 0, start) + 1,
    )
    outcome = suggest(text[start:end], window(snapshot), cursor=start)
    if isinstance(outcome, SilenceReason):
        return outcome.name
    return "kept" if outcome.text.strip() == text[start:end].strip() else f"cut: {outcome.text}"


@pytest.mark.parametrize("share", [0.0, 0.5], ids=["whole lines", "ends of lines"])
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_true_lines_are_kept(path: Path, share: float) -> None:
    text = path.read_text(encoding="utf-8")
    outcomes: Counter[str] = Counter()
    start = 0
    for line in text.splitlines(keepends=True):
        code = line.strip()
        hole = start + line.find(code) + int(len(code) * share)
        if code.strip(ONLY_CLOSERS) and not text.count("\n", 0, start) % EVERY:
            outcomes[outcome_of(text, hole, start + len(line.rstrip()))] += 1
        start += len(line)
    excused = {"kept", *(reason.name for reason in EXCUSED)}
    assert outcomes.keys() <= excused
    assert outcomes["kept"] >= 0.8 * outcomes.total()
