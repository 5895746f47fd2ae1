"""What syntax repair is worth, as the benchmark counts it."""

from collections.abc import Callable

import pytest
from engines import engine_of
from holes import Hole
from repair import Mended, evaluate, figures, mend

from unmask_model.families.open_model import open_model
from unmask_train.corpus.corpus import Document

TEXT = "def area(w, h):\n    total = w * h\n    return total\n\n" * 8
DOCUMENT = Document(package="p", path="a.py", language="python", text=TEXT)


def hole() -> Hole:
    start = TEXT.index("total = ")
    return Hole(document=DOCUMENT, kind="line", start=start, end=TEXT.index("\n", start))


def test_a_block_that_fits_costs_nothing_more(write_script: Callable[..., None]) -> None:
    write_script({}, default="total = w * h")
    found = mend(engine_of(open_model("scripted")), hole(), 0)
    assert found.fits_before
    assert found.fits_after
    assert found.exact_before
    assert found.exact_after
    assert (found.requests, found.passes) == (0, 0)
    assert (found.lines_before, found.lines_after) == (1, 1)


def test_a_block_that_breaks_the_file_is_sent_back(write_script: Callable[..., None]) -> None:
    write_script({}, default="total = (w *")
    found = mend(engine_of(open_model("scripted")), hole(), 0)
    assert not found.fits_before
    assert found.requests == 2
    assert found.passes > 0


def mended(*, before: bool, after: bool, ms: float, passes: int = 0) -> Mended:
    return Mended(
        language="python",
        fits_before=before,
        fits_after=after,
        lines_before=int(before),
        lines_after=int(after),
        exact_before=before,
        exact_after=after,
        requests=int(passes > 0),
        passes=passes,
        ms=ms,
    )


def test_figures_are_shares_of_holes_and_passes_of_those_sent_back() -> None:
    group = [
        mended(before=True, after=True, ms=100),
        mended(before=False, after=True, ms=200, passes=4),
        mended(before=False, after=False, ms=301, passes=8),
        mended(before=True, after=True, ms=300),
    ]
    found = figures(group, 300)
    assert (found["fit without"], found["fit with"]) == (0.5, 0.75)
    assert (found["sent back"], found["passes each"]) == (0.5, 6.0)
    assert (found["p50 ms"], found["in time"]) == (250, 0.75)
    assert figures(group, 0)["in time"] == 1.0


@pytest.mark.parametrize("budget", [0, 1000])
def test_the_same_seed_mends_the_same_holes(budget: float) -> None:
    found = [evaluate([DOCUMENT], "scripted", 5, 1, budget) for _ in range(2)]
    assert len(found[0]) == 5
    assert [one.fits_after for one in found[0]] == [one.fits_after for one in found[1]]
