"""Counts outlive whoever writes them: what was said to be saved is there."""

from pathlib import Path

import pytest
from killing import killed_again_and_again

from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile

PROGRAM = """
import sys
from pathlib import Path
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile
file = StatsFile(Path(sys.argv[1]))
while True:
    file.add(Counts(shown=1))
    print("saved", flush=True)
"""


@pytest.mark.fault(
    "a server is killed while it writes counts",
    "what was saved is there",
)
@pytest.mark.slow
def test_a_server_that_is_killed_while_it_writes_loses_nothing_it_has_saved(tmp_path: Path) -> None:
    file, saved = StatsFile(tmp_path / "stats.json"), 0
    for said in killed_again_and_again(PROGRAM, file.path, times=20, most_s=0.1):
        saved += said.count("saved")
        assert saved <= file.read().shown <= saved + 20, "at most the last one of each is not told"
    file.add(Counts(shown=1))
    assert not list(tmp_path.glob("*.broken"))
