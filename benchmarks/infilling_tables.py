"""The tables of `infilling.py`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from bootstrap import Interval
from comparison import Pair, Summary
from rich.console import Console, Group
from rich.table import Table

T = TypeVar("T")


def tables(
    title: str, floor: Interval, summaries: Mapping[str, Summary], pairs: Sequence[Pair]
) -> Group:
    """Return everything a person should see."""
    caption = f"empty completions pass {floor.text(100)} %; in brackets: 95 %, bootstrap by problem"
    summed = _summaries(summaries, title, caption)
    return Group(summed, _pairs(pairs)) if pairs else Group(summed)


def show(group: Group) -> None:
    """Print on stdout."""
    Console().print(group)


def _summaries(summaries: Mapping[str, Summary], title: str, caption: str) -> Table:
    lines: dict[str, Callable[[Summary], str]] = {
        "pass@1 %": lambda one: one.passed.text(100),
        "exact match %": lambda one: one.exact.text(100),
        "parses %": lambda one: f"{100 * one.parses:.1f}",
        "empty %": lambda one: f"{100 * one.empty:.1f}",
        "passes a hole": lambda one: one.forwards.text(),
        "tokens a hole": lambda one: one.tokens.text(),
        "tokens a pass": lambda one: one.tokens_a_forward.text(digits=2),
    }
    for stage in next(iter(summaries.values())).ms:
        lines[f"{stage} ms, p50 / p95"] = partial(_times, stage)
    table = _table(title, summaries, lines)
    table.caption = caption
    return table


def _times(stage: str, one: Summary) -> str:
    return "{p50:.0f} / {p95:.0f}".format(**one.ms[stage])


def _pairs(pairs: Sequence[Pair]) -> Table:
    lines: dict[str, Callable[[Pair], str]] = {
        "pass@1, points": lambda pair: pair.passed.text(100),
        "exact match, points": lambda pair: pair.exact.text(100),
        "passes, ratio": lambda pair: pair.forwards.text(digits=2),
        "denoise ms, ratio": lambda pair: pair.denoise.text(digits=2),
    }
    columns = {f"{pair.one} against {pair.other}": pair for pair in pairs}
    return _table("paired by row", columns, lines)


def _table(title: str, columns: Mapping[str, T], lines: Mapping[str, Callable[[T], str]]) -> Table:
    table = Table("", *columns, title=title)
    for name, line in lines.items():
        table.add_row(name, *(line(column) for column in columns.values()))
    return table
