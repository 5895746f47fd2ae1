"""Steps in an empty home."""

import math
import subprocess
import sys
from pathlib import Path

import pytest
from newcomer import NEVER, Newcomer


def test_a_step_tells_what_it_left_and_what_is_only_a_cache(tmp_path: Path) -> None:
    newcomer = Newcomer(home=tmp_path)
    newcomer.does(
        "write", "mkdir -p .cache/pip && head -c 3000000 /dev/zero | tee kept > .cache/pip/wheel"
    )
    newcomer.does("link", "ln kept again")
    write, link = newcomer.steps
    assert write.kept_mb == pytest.approx(3.0, abs=0.1)
    assert write.cached_mb == pytest.approx(3.0, abs=0.1)
    assert (link.kept_mb, link.cached_mb) == (0.0, 0.0)
    assert write.seconds >= 0
    assert write.processor_s >= 0


def test_what_never_came_has_no_time(tmp_path: Path) -> None:
    newcomer = Newcomer(home=tmp_path)
    with newcomer.step("wait") as notes:
        notes += [NEVER, "99 keys"]
    assert math.isnan(newcomer.steps[0].seconds)
    assert newcomer.steps[0].note == "never, 99 keys"


def test_who_leaves_ends_what_runs_there_and_nothing_else(tmp_path: Path) -> None:
    newcomer = Newcomer(home=tmp_path)
    sleeping = [sys.executable, "-c", "import time; time.sleep(100)"]
    with (
        subprocess.Popen(sleeping, env=newcomer.environment) as ours,
        subprocess.Popen(sleeping, env={"HOME": str(tmp_path / "other")}) as other,
    ):
        newcomer.leave()
        assert ours.wait() < 0
        assert other.poll() is None
        other.kill()
