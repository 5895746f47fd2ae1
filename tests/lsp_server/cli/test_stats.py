"""`unmask stats`, as a person or a script sees it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from unmask_lsp.cli.stats import stats
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StatsFile:
    monkeypatch.setenv("UNMASK_STATE", str(tmp_path))
    file = StatsFile.of_user()
    file.add(Counts(shown=4, accepted=1))
    return file


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(stats)
    return CliRunner().invoke(app, arguments)


def test_people_get_a_table_and_where_the_file_is(file: StatsFile) -> None:
    out = run().stdout
    assert "1 (25%)" in out
    assert str(file.path) in out


def test_programs_get_json() -> None:
    assert json.loads(run("--json").stdout)["shown"] == 4


def test_erased_is_gone(file: StatsFile) -> None:
    assert json.loads(run("--erase", "--json").stdout)["shown"] == 0
    assert not file.path.exists()
