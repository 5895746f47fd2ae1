"""Counts add up, in memory and in the file that all servers of a user share."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.stats import stats_file as count_file
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile
from unmask_lsp.stats.stats_table import numbers, report
from unmask_model.protocol.errors import StateUnusable

TIMES = st.lists(st.floats(0.01, 10_000), min_size=1, max_size=50)


@pytest.fixture
def file(tmp_path: Path) -> StatsFile:
    return StatsFile(tmp_path / "new folder" / "stats.json")


def timed(*ms: float) -> Counts:
    counts = Counts()
    for one in ms:
        counts.time("engine", one)
    return counts


@given(TIMES)
def test_a_percentile_is_a_time_that_was_seen_but_for_two_digits(times: list[float]) -> None:
    counts = timed(*times)
    assert counts.percentile("engine", 1) == pytest.approx(max(times), rel=0.06)
    middle = counts.percentile("engine", 0.5)
    below = sum(one <= middle * 1.06 for one in times)
    assert 2 * below >= len(times)


@given(TIMES, TIMES)
def test_adding_is_as_if_all_had_been_counted_together(
    some: list[float], others: list[float]
) -> None:
    counts = timed(*some)
    counts.add(timed(*others))
    assert counts.ms == timed(*some, *others).ms


def test_every_number_is_added() -> None:
    counts = Counts(since=date(2026, 1, 2))
    ones = {name: 1 for name, value in numbers_of(counts).items() if value == 0}
    other = Counts(since=date(2026, 1, 1), hidden={"x": 1}, ms={"engine": {1.0: 1}}, **ones)
    counts.add(other)
    counts.add(other)
    assert counts.since == date(2026, 1, 1)
    assert {name: numbers_of(counts)[name] for name in ones} == dict.fromkeys(ones, 2)
    assert (counts.hidden, counts.ms) == ({"x": 2}, {"engine": {1.0: 2}})


def numbers_of(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__dataclass_fields__}


def test_the_file_has_the_sum_and_people_can_read_it(file: StatsFile) -> None:
    assert file.read() == Counts()
    file.add(timed(12.345))
    file.add(timed(12.0))
    assert file.read().ms == {"engine": {12.0: 2}}
    assert json.loads(file.path.read_text())["ms"] == {"engine": {"12.0": 2}}


def test_several_servers_lose_nothing(file: StatsFile) -> None:
    def serve(_: int) -> None:
        mine = StatsFile(file.path)
        for _ in range(10):
            mine.add(Counts(shown=1))

    with ThreadPoolExecutor(8) as servers:
        list(servers.map(serve, range(8)))
    assert file.read().shown == 80


def test_erased_is_erased(file: StatsFile) -> None:
    file.add(Counts(shown=1))
    file.erase()
    assert not file.path.exists()
    file.erase()
    assert file.read() == Counts()


def test_a_file_that_holds_no_counts_is_put_aside(file: StatsFile) -> None:
    file.add(Counts(shown=1))
    file.path.write_text("{ someone edited this")
    file.add(Counts(shown=1))
    assert file.read().shown == 1
    assert file.path.with_suffix(".broken").read_text() == "{ someone edited this"


def test_fields_of_other_versions_do_no_harm(file: StatsFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text('{"since": "2026-01-01", "shown": 3, "of_a_later_version": 1}')
    assert file.read() == Counts(since=date(2026, 1, 1), shown=3)


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateUnusable, match="cannot be used"):
        StatsFile(tmp_path / "file" / "stats.json").add(Counts())


def test_a_lock_that_another_keeps_is_not_waited_for_long(
    file: StatsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count_file, "LOCK_S", 0.01)
    file.add(Counts())
    other = StatsFile(file.path)
    with file._lock, pytest.raises(StateUnusable, match="cannot be used"):
        other.add(Counts())


def test_the_file_is_where_the_user_says_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_STATE", str(tmp_path))
    assert StatsFile.of_user().path == tmp_path / "stats.json"


def test_the_file_is_nobody_elses(file: StatsFile) -> None:
    before = os.umask(0)
    try:
        file.add(Counts())
    finally:
        os.umask(before)
    assert not stat.S_IMODE(file.path.parent.stat().st_mode) & 0o077


def test_a_report_has_every_number_and_no_division_by_nothing() -> None:
    assert ("shown since 2026-01-01", "0") in list(report(Counts(since=date(2026, 1, 1))))
    counts = timed(10, 20, 30)
    counts.shown, counts.accepted, counts.looked_at, counts.kept = 8, 2, 2, 1
    counts.hide("it was Sunday")
    rows = dict(report(counts))
    assert rows["accepted, at least in part"] == "2 (25%)"
    assert rows["still there after 30 s"] == "1 (50%)"
    assert rows["engine, p50 / p95"] == "20 / 30 ms"
    assert rows["nothing shown: it was Sunday"] == "1"
    assert numbers(counts)["ms"] == {"engine": {"p50": 20, "p95": 30}}
