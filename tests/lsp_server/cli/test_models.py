"""`unmask models` and `unmask pull`, as a person or a script sees them."""

import json
import re
from pathlib import Path

import pytest
import torch
import typer
from model_hub import ModelHub, serving
from typer.testing import CliRunner

from unmask_lsp.cli.models import models
from unmask_lsp.cli.pull import pull
from unmask_model.client.remote.remote_models import REMOTE_MODELS
from unmask_model.families import FAMILIES
from unmask_model.protocol.errors import DownloadFailed, ModelNotFound
from unmask_model.weights import base_files
from unmask_model.weights.base_files import BaseFiles
from unmask_model.weights.bases import QWEN25_CODER_05B
from unmask_model.weights.hub_models import HUB_MODELS


@pytest.fixture(autouse=True)
def cache_root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("UNMASK_CACHE", str(tmp_path))
    return tmp_path


def run(*arguments: str, answer: str = ""):
    app = typer.Typer()
    app.command()(models)
    app.command()(pull)
    return CliRunner().invoke(app, arguments, input=answer)


def test_models_lists_every_model_with_size_licence_and_presence(cache_root):
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert rows["small"]["size"] == 491_400_064
    assert rows["small"]["licence"] == "Apache-2.0"
    assert not rows["small"]["present"]
    assert rows["scripted"]["present"]


def test_a_base_that_is_in_the_cache_is_present(cache_root):
    file = cache_root / "bases" / QWEN25_CODER_05B.name / QWEN25_CODER_05B.file
    file.parent.mkdir(parents=True)
    file.touch()
    rows = json.loads(run("models", "--json").stdout)
    assert all(row["present"] for row in rows if row["kind"] == "ours")


def test_open_models_are_listed_with_what_they_need_and_whether_that_is_here(monkeypatch):
    monkeypatch.setattr(
        "unmask_model.transformer.precision.best_dtype", lambda device=None: torch.bfloat16
    )
    monkeypatch.setattr("unmask_model.transformer.fit.free_memory", lambda device: 20_000_000_000)
    rows = {row["name"]: row for row in json.loads(run("models", "--open", "--json").stdout)}
    dreamon = rows["dreamon"]
    sizes = dreamon["gigabytes"]
    assert dreamon["repo"] == "Dream-org/DreamOn-v0-7B"
    assert sizes["float32"] == pytest.approx(2 * sizes["bfloat16"], abs=0.2)
    assert sizes["bfloat16"] > 1.8 * sizes["int8"]
    assert sizes["int8"] > 1.5 * sizes["int4"] > 8
    assert dreamon["fits"] == "bfloat16"
    assert rows["llada2-mini"]["fits"] == "int8"
    assert rows["llada2-flash"]["fits"] is None
    assert {row["family"] for row in rows.values()} == set(FAMILIES)
    assert "unmask serve --model" in run("models", "--open").stdout


@pytest.mark.parametrize(("free", "fits"), [(20e9, True), (1e9, False)])
def test_the_list_says_which_open_models_fit(free: float, fits: bool, monkeypatch):
    monkeypatch.setattr("unmask_model.weights.free_memory.of_gpu", lambda: None)
    monkeypatch.setattr("unmask_model.weights.free_memory.of_processor", lambda: int(free))
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert rows["dreamon"]["fits"] is fits
    assert rows["dreamon"]["state"] == "to be downloaded"
    assert rows["small"]["fits"] is None


def test_a_gpu_is_what_open_models_must_fit_where_there_is_one(monkeypatch):
    monkeypatch.setattr("unmask_model.weights.free_memory.of_gpu", lambda: 1 << 30)
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert not rows["dreamon"]["fits"]


def test_an_open_model_that_was_fetched_is_here(cache_root):
    (cache_root / "models" / "dreamon").mkdir(parents=True)
    (cache_root / "models" / "dreamon" / "config.json").touch()
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert rows["dreamon"]["state"] == "on this machine"
    assert not rows["dream"]["present"]


def test_a_model_elsewhere_is_neither_here_nor_to_be_downloaded(monkeypatch):
    monkeypatch.setattr("unmask_model.transport.keys.from_keyring", lambda *_: "")
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert rows["mercury"]["state"] == "elsewhere, needs a key"
    assert rows["openai-compatible"]["state"] == "elsewhere"


def test_a_hosted_model_is_listed_with_what_it_costs_in_privacy(cache_root, monkeypatch):
    monkeypatch.setattr("unmask_model.transport.keys.from_keyring", lambda name: "")
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert not rows["mercury"]["present"]
    assert "leaves this machine" in rows["mercury"]["note"]
    monkeypatch.setenv("UNMASK_MERCURY_KEY", "a-key")
    (row,) = (r for r in json.loads(run("models", "--json").stdout) if r["name"] == "mercury")
    assert row["present"]


def test_the_table_is_for_people():
    out = run("models").stdout
    assert re.search(r"small +491 MB +to be downloaded", out)
    assert re.search(r"dreamon +15\.2 GB +5\.6 GB +(yes|no) +no +Apache-2\.0", out)
    assert "none was ever run here on its real weights" in out


def test_pull_says_what_it_fetches_from_whom_and_under_which_licence(monkeypatch, tmp_path):
    asked: list[tuple[str, bool, bool]] = []

    def fake_open(name, *, download, mirrors, progress):
        asked.append((name, download, mirrors))
        progress("fetching it from the [hub]", 0, 0)
        progress("downloading", 3, 7)
        progress("downloading", 3, 7)
        return BaseFiles(config=tmp_path, tensors=tmp_path / "t", tokenizer=tmp_path, sha256="x")

    monkeypatch.setattr(base_files, "open_base", fake_open)
    result = run("pull", "small", "--no-mirror")
    assert result.exit_code == 0
    assert asked == [(QWEN25_CODER_05B.name, True, False)]
    assert result.stdout == ""
    for words in ("491 MB by Qwen", "Apache-2.0", "from the [hub]", "small is ready"):
        assert words in result.stderr
    assert result.stderr.count("downloading: 42 %\n") == 1


def test_pull_accepts_the_name_of_a_base_too(monkeypatch, tmp_path):
    def refuse(name, **_):
        raise DownloadFailed(f"cannot download {name}")

    monkeypatch.setattr(base_files, "open_base", refuse)
    result = run("pull", QWEN25_CODER_05B.name)
    assert isinstance(result.exception, DownloadFailed)


def test_a_model_without_weights_needs_no_pull():
    assert "needs no weights" in run("pull", "scripted").stderr


@pytest.mark.parametrize("name", [*REMOTE_MODELS, "mercury/mercury-coder"])
def test_pulling_a_model_that_runs_elsewhere_says_that_there_is_nothing_to_fetch(name: str):
    result = run("pull", name)
    assert result.exit_code == 0
    assert "runs on another server" in result.stderr
    assert REMOTE_MODELS[name.partition("/")[0]].note in result.stderr


def test_an_unknown_name_lists_the_names_there_are_and_the_nearest():
    error = run("pull", "smal").exception
    assert isinstance(error, ModelNotFound)
    assert "small, base, scripted" in str(error)
    assert "did you mean small" in str(error)
    assert "did you mean dreamon" in str(run("pull", "dremon").exception)


@pytest.mark.parametrize("has_torch", [True, False])
def test_before_a_download_it_is_said_whether_what_runs_it_is_missing(
    has_torch: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    model = HUB_MODELS["dreamon"]
    (tmp_path / "model.safetensors").write_bytes(b"bytes")
    spec = object() if has_torch else None
    monkeypatch.setattr("unmask_lsp.cli.pull_hub_model.find_spec", lambda _: spec)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(ModelHub(folder=tmp_path, repo=model.repo, commit=model.revision)) as hub:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        said = run("pull", "dreamon", answer="n\n").stderr
    assert "never run on these weights" in said
    assert ("needs torch, which is not installed" in said) is not has_torch


def test_another_commit_of_one_file_is_refused():
    assert run("pull", "small", "--revision", "main").exit_code == 2
