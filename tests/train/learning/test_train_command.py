import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_training import tiny_training
from typer.testing import CliRunner

from unmask_lsp.cli.train import app
from unmask_model.protocol.errors import RequestInvalid
from unmask_train.corpus.corpus import Corpus
from unmask_train.corpus.registries import REGISTRIES, Registry, pypi
from unmask_train.records.recipe import RECIPE


def test_train_data_makes_a_corpus_of_the_listed_packages(
    build_wheel: Callable[..., Path],
    code: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wheels = {
        name: build_wheel(name, {f"{name}.py": code(name)}) for name in ("closed", "one", "two")
    }

    def command(name: str, version: str) -> list[str]:
        copy = "import shutil, sys; shutil.copy(sys.argv[1], '.')"
        return [sys.executable, "-c", copy, str(wheels[name])]

    registry = Registry(command=command, open_archive=pypi.open_archive)
    monkeypatch.setitem(REGISTRIES, "pypi", registry)
    listed, held_out = tmp_path / "list.tsv", tmp_path / "held_out.tsv"
    listed.write_text("name\nclosed\none\ntwo\n")
    held_out.write_text("name\nclosed\n")
    arguments = ["data", "--out", tmp_path / "out", "--list", listed, "--held-out", held_out]
    result = CliRunner().invoke(app, [*map(str, arguments), "--packages", "1"])
    assert result.exit_code == 0, result.output
    assert "2 packages, 0 packages left out" in " ".join(result.output.split())
    corpus = Corpus(tmp_path / "out")
    assert [one.package for one in corpus.documents()] == ["one"]
    assert [one.package for one in corpus.documents("held-out")] == ["closed"]


def test_train_run_takes_any_field_of_the_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, out = tiny_training(tmp_path, monkeypatch), tmp_path / "run"
    where = ["--corpus", made.corpus, "--out", out, "--base", made.base, "--minutes", "0.01"]
    changes = ["--change", "rank=2", "--change", "layout.copies=[[3]]"]
    result = CliRunner().invoke(app, ["run", *map(str, where), *changes])
    assert result.exit_code == 0, result.output
    recipe = json.loads((out / RECIPE).read_text())
    assert (recipe["rank"], recipe["layout"]["copies"]) == (2, [[3]])


def test_train_run_refuses_at_once_what_no_recipe_has(tmp_path: Path) -> None:
    where = ["--corpus", tmp_path, "--out", tmp_path / "run"]
    result = CliRunner().invoke(app, ["run", *map(str, where), "--change", "width=8"])
    assert isinstance(result.exception, RequestInvalid)
    assert not (tmp_path / "run").exists()
