"""The page of counts: what there is to say, and a word of advice where most comes to nothing."""

from unmask_lsp.settings import Spelling
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_table import stats_page
from unmask_lsp.suggest.suggestion import SilenceReason


def test_most_requests_that_come_to_nothing_bring_advice() -> None:
    counts = Counts(hidden={SilenceReason.BUDGET.value: 80}, shown=0)
    told = stats_page(counts, Spelling.SNAKE).text()
    assert "80 of 80 requests came to nothing: the time was up" in told
    assert "unmask.budget_ms" in told


def test_a_reason_that_is_rare_brings_none() -> None:
    counts = Counts(hidden={SilenceReason.BUDGET.value: 8}, shown=80)
    assert "came to nothing" not in stats_page(counts, Spelling.SNAKE).text()


def test_a_page_without_counts_says_so() -> None:
    told = stats_page(Counts(), Spelling.CAMEL).markdown()
    assert told.startswith("# Suggestions since ")
    assert "It never came to that." in told
    assert "Nothing was timed." in told
