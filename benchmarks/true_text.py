"""What becomes of the text an author wrote, if a model proposes exactly that.

Folders of real sources go in; every file is cut at random (cuts.py), and what would be shown at
the cut is compared with what stood there. Figures: shown exactly, shown otherwise, hidden; and of
what is shown otherwise, how much has more parse errors than the author's file.

    python benchmarks/true_text.py FOLDER... [--files 40] [--each 3] [--seed 1] [--show 20]
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cuts import KINDS, Cut, cuts_of
from product import snapshot_of

from unmask_lsp.context.window import window
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.show_policy import most_lines
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.syntax.syntax_choice import syntax_of

MOST_LINES = 12
LONGEST_LINE = 200
LARGEST = 60_000
"""Characters of a file."""
EXCUSED = (SilenceReason.CLOSERS,)
"""What is right and not worth showing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a cut."""

    language: str
    name: str
    cut: Cut
    wanted: str
    """What should be shown: the author's text, as many lines of it as are shown at that place."""
    shown: str | None
    """What is; None if nothing."""
    reason: str

    @property
    def verdict(self) -> str:
        """`exact`, `wrong`, `other`, `hidden`, or `excused` for what is not worth showing."""
        if self.shown is None:
            return "excused" if self.reason in EXCUSED else "hidden"
        if _same(self.shown, self.wanted) or self._is_whole_lines():
            return "exact"
        return "wrong" if self._breaks() else "other"

    def _is_whole_lines(self) -> bool:
        """Whether it is the first line of what opens something, where more may follow."""
        is_open = self.cut.kind == "opener"
        first = self.cut.true.partition("\n")[0]
        return is_open and self.shown is not None and _same(self.shown, first)

    def _breaks(self) -> bool:
        errors = syntax_of(language_of(self.language)).errors
        shown = errors(self.cut.left + (self.shown or "") + self.cut.right)
        return shown > errors(self.cut.left + self.cut.true + self.cut.right)


def _same(one: str, other: str) -> bool:
    return one.rstrip() == other.rstrip()


def outcome_of(cut: Cut, name: str, language: str) -> Outcome:
    """Propose the author's text at a cut."""
    snapshot = snapshot_of(name, language, cut.left, cut.right)
    view = window(snapshot)
    limit = most_lines(view, Eagerness.NORMAL, MOST_LINES)
    outcome = suggest(cut.true, view, cursor=snapshot.cursor, max_lines=limit)
    lines = cut.true.split("\n")
    blank = next((at for at, line in enumerate(lines) if line.strip()), 0)
    is_hidden = isinstance(outcome, SilenceReason)
    return Outcome(
        language=view.language.id,
        name=name,
        cut=cut,
        wanted="\n".join(lines[: limit + blank] if limit else lines),
        shown=None if isinstance(outcome, SilenceReason) else outcome.text,
        reason=outcome if is_hidden else "",
    )


def sources(folders: list[Path], files: int, random: Random) -> Iterator[tuple[str, str, str]]:
    """Name, language and text of so many files of each language, none of them generated."""
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    random.shuffle(found)
    taken: Counter[str] = Counter()
    for path in found:
        language = language_of("", path.as_posix()).id
        if taken[language] < files and (text := _text(path)):
            taken[language] += 1
            yield path.as_posix(), language, text


def _text(path: Path) -> str | None:
    """The text of a file that people wrote, as far as its size and its lines tell."""
    try:
        text = path.read_text(encoding="utf-8") if path.stat().st_size < LARGEST else ""
    except (UnicodeDecodeError, OSError):
        return None
    is_long = any(len(line) > LONGEST_LINE for line in text.split("\n"))
    return None if is_long or text.count("\n") < 10 else text


def table(outcomes: list[Outcome]) -> str:
    """Shares by language and by kind."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[one.language].append(one)
    for one in outcomes:
        groups[one.cut.kind].append(one)
    groups["all"] = outcomes
    kinds = list(KINDS)
    rows = ["| | cuts | exact | other | wrong | hidden | " + " | ".join(kinds) + " |"]
    rows.append("|---" * (6 + len(kinds)) + "|")
    for name, group in sorted(groups.items(), key=lambda pair: _order(pair[0], kinds)):
        rows.append(_row(name, group, kinds))
    return "\n".join(rows)


def _order(name: str, kinds: list[str]) -> tuple[int, str]:
    return (2 if name == "all" else 1 if name in kinds else 0), name


def _row(name: str, group: list[Outcome], kinds: list[str]) -> str:
    verdicts = Counter(one.verdict for one in group if one.verdict != "excused")
    count = max(1, verdicts.total())
    shares = [f"{100 * verdicts[v] / count:.1f}" for v in ("exact", "other", "wrong", "hidden")]
    by_kind = []
    for kind in kinds:
        own = Counter(one.verdict for one in group if one.cut.kind == kind)
        total = own.total() - own["excused"]
        by_kind.append(f"{100 * own['exact'] / total:.0f}" if total else "-")
    return f"| {name} | {count} | " + " | ".join([*shares, *by_kind]) + " |"


def main() -> None:
    """Print the table, and some of what is not exact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=40, help="files of each language")
    parser.add_argument("--each", type=int, default=3, help="cuts of each kind in a file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="failures to print")
    parser.add_argument("--only", help="show failures of this language or kind")
    options = parser.parse_args()
    outcomes = [
        outcome_of(cut, name, language)
        for name, language, text in sources(options.folders, options.files, Random(options.seed))
        for cut in cuts_of(text, Random(name), most=MOST_LINES, each=options.each)
    ]
    print(table(outcomes))
    failed = [one for one in outcomes if one.verdict not in ("exact", "excused")]
    if options.only:
        failed = [one for one in failed if options.only in (one.language, one.cut.kind)]
    for one in failed[: options.show]:
        print(f"\n== {one.verdict} {one.language} {one.cut.kind} {one.name} {one.reason}")
        print(f"left  {one.cut.left[-160:]!r}\nwanted {one.wanted!r}\nshown  {one.shown!r}")
        print(f"right {one.cut.right[:80]!r}")


if __name__ == "__main__":
    main()
