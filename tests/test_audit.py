"""The audit of dependencies: what it finds fails, and what it could not look at is no success."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "advisories"
BAD = {
    "name": "a",
    "version": "1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}],
}
GOOD = {"name": "b", "version": "1", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "not found on PyPI"}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ([BAD, GOOD], 1, "a 1: PYSEC-1, fixed in 2"),
        ([GOOD, UNKNOWN], 0, "1 of 2 packages were looked up"),
        ([UNKNOWN], 0, "not audited: no list of advisories can be had here (not found on PyPI)"),
        ([], 0, "not audited"),
    ],
)
def test_what_applies_fails_and_what_is_unknown_is_said(
    tmp_path: Path, found: list[dict[str, Any]], status: int, said: str
) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"dependencies": found}))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(report)], capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    assert said in done.stdout


def test_without_a_report_nothing_is_claimed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path / "absent")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "not audited" in done.stdout
