"""How often the text an author wrote would go back to the engine, as if it were broken.

Files are cut at random (cuts.py), and the author's own text is the answer. Then another line of
the window is broken, above the cut, further down, or just below it: what the author wrote is as
good as before, and must not go back for it.

    python benchmarks/sent_back.py FOLDER... [--files 12] [--each 1] [--seed 1]
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from cuts import Cut, cuts_of
from product import snapshot_of
from true_text import sources

from unmask_lsp.context.window import window
from unmask_lsp.suggest.repair import repair
from unmask_model.protocol.request import (
    Confidence,
    InfillRequest,
    InfillResult,
    Span,
    StopReason,
)

FINISHED = ("rest of line", "whole line", "block")
"""Kinds of cut in files that were finished."""
BROKEN = ("x = = 3", "foo(bar,", "}", "if (", "return ) y", "value.", "{", "class")
MOST_LINES = 12
PLACES = ("as it was", "above", "further down", "next line")
"""Where something is broken, seen from the cut."""


@dataclass(slots=True)
class Asked:
    """A filler that says the same again, and counts."""

    answer: InfillResult
    """What it says."""
    times: int = 0
    """How often it was asked."""

    async def fill(self, request: InfillRequest) -> InfillResult:
        """Answer."""
        self.times += 1
        return self.answer


def goes_back(cut: Cut, name: str, language: str) -> bool:
    """Whether the author's text goes back at least once."""
    view = window(snapshot_of(name, language, cut.left, cut.right))
    whole = Confidence(span=Span(start=0, end=len(cut.true)), probability=0.5)
    answer = InfillResult(
        text=cut.true, stop_reason=StopReason.END, forwards=1, confidence=(whole,)
    )
    request = InfillRequest(left=view.left, right=view.right, max_lines=MOST_LINES)
    filler = Asked(answer)
    asyncio.run(repair(answer, request, view, filler))
    return filler.times > 0


def broken(cut: Cut, place: str, random: Random) -> Cut | None:
    """The same cut with a line put in that breaks the file there; None where there is no room."""
    if place == "as it was":
        return cut
    is_above = place == "above"
    lines = (cut.left if is_above else cut.right).split("\n")
    if len(lines) < 6:
        return None
    far = random.randrange(3, min(40, len(lines)))
    at = len(lines) - far if is_above else 1 if place == "next line" else far
    white = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    text = "\n".join([*lines[:at], white + random.choice(BROKEN), *lines[at:]])
    return replace(cut, left=text) if is_above else replace(cut, right=text)


def counts(folders: list[Path], files: int, each: int, seed: int) -> Iterator[tuple[str, bool]]:
    """For each cut and place where something was broken, whether the true text goes back."""
    random = Random(seed)
    for name, language, text in sources(folders, files, random):
        for cut in cuts_of(text, random, most=MOST_LINES, each=each):
            for place in PLACES if cut.kind in FINISHED else ():
                if other := broken(cut, place, random):
                    yield place, goes_back(other, name, language)


def main() -> None:
    """Print a row for each place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=12, help="files of each language")
    parser.add_argument("--each", type=int, default=1, help="cuts of each kind in a file")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen, back = Counter[str](), Counter[str]()
    for place, is_back in counts(options.folders, options.files, options.each, options.seed):
        seen[place] += 1
        back[place] += is_back
    print("| broken | cuts | true text goes back |\n|---|---|---|")
    for place in PLACES:
        share = 100 * back[place] / max(1, seen[place])
        print(f"| {place} | {seen[place]} | {share:.1f} % |")


if __name__ == "__main__":
    main()
