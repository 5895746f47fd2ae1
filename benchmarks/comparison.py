"""Variants summed up and set against each other, over the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

from bootstrap import Interval, difference, mean, ratio
from completions import Completion
from results import percentiles
from scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A completion and what it is worth."""

    completion: Completion
    """What was put into the hole."""
    score: Score
    """The verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A variant over all rows."""

    passed: Interval
    """Share of rows whose tests pass: pass@1."""
    exact: Interval
    """Share of rows filled as the author did."""
    parses: float
    """Share of rows that are Python with the hole filled."""
    empty: float
    """Share of rows left empty."""
    forwards: Interval
    """Passes a hole."""
    tokens: Interval
    """Tokens a hole."""
    tokens_a_forward: Interval
    """Tokens of all holes by passes of all holes."""
    ms: dict[str, dict[str, float]]
    """Median and 95th percentile of milliseconds, by stage."""

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], problems: Sequence[str]) -> Self:
        """Sum up; `problems` names the problem of each outcome."""
        columns = _columns(outcomes)
        found = {name: mean(columns[name], problems) for name in columns}
        return cls(
            passed=found["passed"],
            exact=found["exact"],
            parses=found["parses"].value,
            empty=found["empty"].value,
            forwards=found["forwards"],
            tokens=found["tokens"],
            tokens_a_forward=ratio(columns["tokens"], columns["forwards"], problems),
            ms={
                stage: percentiles([outcome.completion.ms[stage] for outcome in outcomes])
                for stage in outcomes[0].completion.ms
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One variant against another, paired by row."""

    one: str
    """The variant in question."""
    other: str
    """What it is compared with."""
    passed: Interval
    """pass@1 of one, less that of the other."""
    exact: Interval
    """Exact match of one, less that of the other."""
    forwards: Interval
    """Passes of one by those of the other."""
    denoise: Interval
    """Milliseconds after the context was read, of one by those of the other."""

    @classmethod
    def of(
        cls, names: tuple[str, str], outcomes: Mapping[str, list[Outcome]], problems: Sequence[str]
    ) -> Self:
        """Compare the two variants called `names`."""
        one, other = (_columns(outcomes[name]) for name in names)
        return cls(
            one=names[0],
            other=names[1],
            passed=difference(one["passed"], other["passed"], problems),
            exact=difference(one["exact"], other["exact"], problems),
            forwards=ratio(one["forwards"], other["forwards"], problems),
            denoise=ratio(one["denoise"], other["denoise"], problems),
        )


def pairs(outcomes: Mapping[str, list[Outcome]], problems: Sequence[str]) -> list[Pair]:
    """Compare every variant with each that comes after it."""
    return [Pair.of(names, outcomes, problems) for names in combinations(outcomes, 2)]


def _columns(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """One number a row, by name."""
    scores = [outcome.score for outcome in outcomes]
    completions = [outcome.completion for outcome in outcomes]
    return {
        "passed": [score.passed for score in scores],
        "exact": [score.exact for score in scores],
        "parses": [score.parses for score in scores],
        "empty": [score.empty for score in scores],
        "forwards": [completion.forwards for completion in completions],
        "tokens": [completion.tokens for completion in completions],
        "denoise": [completion.ms["denoise"] for completion in completions],
    }
