"""Names, GGUF files and publishers' folders open; everything else is refused."""

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from unmask_model.protocol.errors import DownloadFailed, ModelNotFound, WeightsInvalid
from unmask_model.weights import base_files
from unmask_model.weights.base_files import open_base
from unmask_model.weights.bases import BASES, Base
from unmask_model.weights.catalogue import MODELS, find_model
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.progress import Progress


class FolderSource:
    """A publisher in a folder of this machine."""

    origin, is_mirror = "a folder", False

    def __init__(self, path: Path) -> None:
        self.path = path

    def download(self, folder: Path, size: int, progress: Progress) -> Path:
        target = folder / "file"
        target.write_bytes(self.path.read_bytes())
        return target


@pytest.fixture
def base(write_gguf, monkeypatch) -> Base:
    """A known base whose publisher has a tiny model."""
    path = write_gguf()
    base = Base(
        name="tiny-f32",
        publisher="Somebody",
        file="tiny.gguf",
        size=path.stat().st_size,
        numbers=1,
        licence="MIT",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        sources=(FolderSource(path),),
    )
    monkeypatch.setitem(BASES, base.name, base)
    return base


@pytest.fixture
def published(tmp_path) -> Path:
    """A folder as publishers lay it out."""
    folder = tmp_path / "published"
    folder.mkdir()
    save_file({"x": np.zeros(2, np.float32)}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    (folder / "tokenizer.json").write_text("{}")
    return folder


def test_a_named_base_is_fetched_and_converted(base, cache):
    files = open_base(base.name, cache=cache, download=True)
    assert files.sha256 == base.sha256
    assert all(path.is_file() for path in (files.config, files.tensors, files.tokenizer))


def test_an_absent_base_is_fetched_only_on_request(base, cache):
    with pytest.raises(ModelNotFound, match=f"unmask pull {base.name}`"):
        open_base(base.name, cache=cache)
    assert not base.is_here(cache)


def test_a_later_start_neither_fetches_nor_converts_nor_hashes(base, cache, monkeypatch):
    first = open_base(base.name, cache=cache, download=True)
    assert base.is_here(cache)
    for work in ("fetch", "convert", "known_sha256"):
        monkeypatch.setattr(base_files, work, None)
    assert open_base(base.name, cache=cache) == first


def test_a_gguf_file_of_the_users_is_converted_in_the_cache(write_gguf, cache, monkeypatch):
    path = write_gguf("llama")
    before = list(path.parent.iterdir())
    files = open_base(path, cache=cache)
    assert files.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert files.tensors.is_relative_to(cache.root)
    assert set(path.parent.iterdir()) - set(before) <= {cache.root}
    monkeypatch.setattr(base_files, "convert", None)
    assert open_base(str(path), cache=cache) == files


def test_the_users_copy_of_a_known_base_is_that_base(base, cache, tmp_path):
    known = open_base(base.name, cache=cache, download=True)
    assert open_base(base.sources[0].path, cache=cache) == known


def test_a_publishers_folder_is_used_where_it_is(published, cache):
    files = open_base(published, cache=cache)
    assert files.tensors == published / "model.safetensors"
    assert files.sha256 == hashlib.sha256(files.tensors.read_bytes()).hexdigest()
    assert open_base(files.tensors, cache=cache) == files


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_is_refused(name, published, cache):
    (published / name).unlink()
    with pytest.raises(WeightsInvalid, match=name):
        open_base(published, cache=cache)


@pytest.mark.parametrize("name", ["model.gguf", "model.safetensors", "model.bin"])
def test_a_pickle_is_refused_under_any_name(name, published, cache):
    path = published / name
    path.write_bytes(pickle.dumps({"weights": [1.0]}))
    with pytest.raises(WeightsInvalid, match="neither safetensors nor GGUF"):
        open_base(path, cache=cache)


def test_what_is_not_there_is_told_with_the_names_there_are(cache):
    with pytest.raises(ModelNotFound, match=r"no-such.*qwen2\.5-coder-0\.5b-instruct-q4_k_m"):
        open_base("no-such", cache=cache)


def test_a_cache_that_cannot_be_made_is_one_line(base, write_gguf, tmp_path):
    (tmp_path / "file").touch()
    cache = Cache(root=tmp_path / "file" / "cache")
    for name in (base.name, write_gguf()):
        with pytest.raises(DownloadFailed, match="UNMASK_CACHE"):
            open_base(name, cache=cache, download=True)


def test_a_publishers_folder_needs_no_cache(published, tmp_path):
    (tmp_path / "file").touch()
    files = open_base(published, cache=Cache(root=tmp_path / "file" / "cache"))
    assert files.tensors.parent == published


def test_the_environment_names_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("UNMASK_CACHE", str(tmp_path / "mine"))
    assert Cache.of_user().root == tmp_path / "mine"
    monkeypatch.delenv("UNMASK_CACHE")
    assert "unmask" in str(Cache.of_user().root)


def test_models_stand_on_known_bases():
    for name, model in MODELS.items():
        assert find_model(name) is model
        assert model.base is None or BASES[model.base.name] is model.base
    with pytest.raises(ModelNotFound, match="small, base, scripted"):
        find_model("smal")
