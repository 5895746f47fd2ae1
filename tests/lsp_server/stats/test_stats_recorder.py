"""What is counted gets into the file, soon or at the end, and a file that is away costs nothing."""

import asyncio
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from unmask_lsp.stats import stats_recorder as tally_module
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile
from unmask_lsp.stats.stats_recorder import StatsRecorder
from unmask_lsp.stats.stats_table import report
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.errors import StateUnusable
from unmask_model.protocol.request import InfillResult, StopReason

SNAPSHOT = Snapshot(uri="", version=1, language="", text="", cursor=0, line=0, line_start=0)
RESULT = InfillResult(text="42", stop_reason=StopReason.END, ms={"denoise": 30.0})
SHOWN = Suggestion(text="42", start=0, end=0)


def trace(outcome: Suggestion | SilenceReason, result: InfillResult | None = None) -> RequestTrace:
    return RequestTrace(
        snapshot=SNAPSHOT,
        outcome=outcome,
        result=result,
        requests=1 if result else 0,
        ms={"window": 2.0},
    )


@pytest.fixture
def file(tmp_path: Path) -> StatsFile:
    return StatsFile(tmp_path / "stats.json")


async def test_requests_are_counted_by_who_answered_them(file: StatsFile) -> None:
    recorder = StatsRecorder(file)
    recorder.request(trace(SHOWN, RESULT))
    recorder.request(replace(trace(SilenceReason.UNSURE, RESULT), requests=3))
    recorder.request(trace(SHOWN))
    recorder.request(trace(SilenceReason.MANUAL))
    total = await recorder.total()
    assert (total.asked, total.typed_through) == (4, 1)
    assert total.hidden == {SilenceReason.UNSURE.value: 1, SilenceReason.MANUAL.value: 1}
    assert total.ms == {
        "window": {2.0: 2},
        "engine: denoise": {30.0: 2},
        "typed through": {2.0: 1},
    }
    await recorder.close()


async def test_it_is_written_after_a_while(
    file: StatsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally_module, "SAVE_AFTER_S", 0.01)
    recorder = StatsRecorder(file)
    for _ in range(2):
        recorder.new.shown += 1
        while not file.read().shown:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(file.erase)


async def test_it_is_written_at_the_end(file: StatsFile) -> None:
    recorder = StatsRecorder(file)
    recorder.new.shown += 1
    await recorder.close()
    assert file.read().shown == 1


async def test_nothing_counted_writes_nothing(file: StatsFile) -> None:
    await StatsRecorder(file).close()
    assert not file.path.exists()


async def test_what_cannot_be_written_is_kept_for_later(tmp_path: Path) -> None:
    (tmp_path / "away").touch()
    file = StatsFile(tmp_path / "away" / "stats.json")
    recorder = StatsRecorder(file)
    recorder.new.shown += 1
    await recorder.save()
    with pytest.raises(StateUnusable):
        await recorder.total()
    (tmp_path / "away").unlink()
    await recorder.close()
    assert file.read().shown == 1


async def test_erasing_forgets_what_is_not_written_too(file: StatsFile) -> None:
    recorder = StatsRecorder(file)
    recorder.new.shown += 1
    await recorder.save()
    recorder.new.shown += 1
    await recorder.erase()
    assert (await recorder.total()).shown == 0
    await recorder.close()


async def test_tokens_that_the_workspace_had_before_are_counted(file: StatsFile) -> None:
    recorder = StatsRecorder(file)
    recorder.request(trace(SHOWN, replace(RESULT, tokens=10, remembered=4)))
    recorder.request(trace(SHOWN, replace(RESULT, tokens=2, remembered=3)))  # an END was too
    total = await recorder.total()
    assert (total.tokens, total.remembered) == (12, 6)
    assert ("tokens that the workspace had before", "6 (50%)") in list(report(total))
    await recorder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
@pytest.mark.fault(
    "the disk is full where counts go",
    "one line that names the file and `UNMASK_STATE`; what was saved is there",
)
def test_a_disk_that_is_full_loses_nothing_that_was_saved(file: StatsFile) -> None:
    import resource

    file.add(Counts(shown=1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(StateUnusable, match="UNMASK_STATE"):
            file.add(Counts(shown=1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert file.read().shown == 1
    file.add(Counts(shown=1))
    assert file.read().shown == 2


@pytest.mark.fault(
    "the file of counts was written in half",
    "it is put aside under `.broken`, and counting begins anew",
)
def test_a_file_that_was_written_in_half_is_put_aside(file: StatsFile) -> None:
    file.add(Counts(shown=1))
    file.path.write_bytes(file.path.read_bytes()[:20])
    file.add(Counts(shown=5))
    assert file.read().shown == 5
    assert file.path.with_suffix(".broken").stat().st_size == 20


@pytest.mark.fault(
    "the clock goes back while counts are kept", "nothing; the day since when is the earlier one"
)
def test_a_clock_that_went_back_changes_no_count(
    file: StatsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add(Counts(shown=1, since=date(2999, 1, 1)))
    os.utime(file.path, (2**33, 2**33))
    file.add(Counts(shown=1))
    assert file.read().shown == 2
    assert file.read().since <= date.today()
