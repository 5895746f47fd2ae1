"""What an author wrote is shown as it was written, wherever a file is cut.

Every language has a source of its own here; Python's, and more of others', are what is installed.
benchmarks/true_text.py does the same with folders of packages.
"""

import sysconfig
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from random import Random

from cuts import KINDS, cuts_of
from true_text import MOST_LINES, Outcome, outcome_of, sources

SOURCES = Path(__file__).parents[2] / "cases" / "sources"
INSTALLED = [Path(sysconfig.get_path("stdlib")) / name for name in ("json", "email", "logging")]
EACH, OF_INSTALLED = 8, 2
LEAST_LANGUAGES = 20


@cache
def outcomes() -> tuple[Outcome, ...]:
    found = [
        outcome_of(cut, name, language)
        for folders, each in (([SOURCES], EACH), (INSTALLED, OF_INSTALLED))
        for name, language, text in sources(folders, 40, Random(1))
        for cut in cuts_of(text, Random(Path(name).name), most=MOST_LINES, each=each)
    ]
    return tuple(one for one in found if one.verdict != "excused")


def shares(groups: dict[str, list[Outcome]], verdict: str) -> dict[str, float]:
    return {
        name: sum(one.verdict == verdict for one in group) / len(group)
        for name, group in groups.items()
    }


def grouped(by: str) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes():
        groups[one.language if by == "language" else one.cut.kind].append(one)
    return groups


def test_twenty_languages_and_every_kind_of_cut_are_tried() -> None:
    assert len(grouped("language")) >= LEAST_LANGUAGES
    assert grouped("kind").keys() == KINDS.keys()


def test_nearly_all_is_shown_exactly_as_it_was_written() -> None:
    verdicts = Counter(one.verdict for one in outcomes())
    assert verdicts["exact"] >= 0.97 * verdicts.total()
    assert verdicts["hidden"] <= 0.03 * verdicts.total()


def test_nothing_is_shown_that_breaks_more_than_what_was_written() -> None:
    assert not [one for one in outcomes() if one.verdict == "wrong"]


def test_no_kind_of_cut_falls_behind() -> None:
    behind = {
        name: share for name, share in shares(grouped("kind"), "exact").items() if share < 0.95
    }
    assert not behind


def test_no_language_falls_behind() -> None:
    exact = shares(grouped("language"), "exact")
    assert not {name: share for name, share in exact.items() if share < 0.9}
