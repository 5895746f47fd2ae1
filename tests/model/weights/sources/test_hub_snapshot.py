"""What the model hub states of a commit, and what of it is believed."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis.strategies import text
from model_hub import COMMIT, ModelHub, changed

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.sources.hub_snapshot import SnapshotFile, is_wanted, look_up

REPO = "someone/model"
WANTED = {
    *("config.json", "tokenizer.json", "model.safetensors.index.json"),
    *("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"),
}


def test_tensors_tokenizer_and_configuration_are_taken_and_nothing_else(model_hub: ModelHub):
    snapshot = look_up(REPO, COMMIT, model_hub.url)
    assert {file.name for file in snapshot.files} == WANTED
    assert snapshot.commit == COMMIT
    assert snapshot.licence == "apache-2.0"
    assert snapshot.size == sum((model_hub.folder / name).stat().st_size for name in WANTED)


def test_a_branch_becomes_the_commit_it_names_now(model_hub: ModelHub):
    assert look_up(REPO, "main", model_hub.url).commit == COMMIT


def test_each_file_has_the_hash_that_the_hub_states(model_hub: ModelHub):
    for file in look_up(REPO, COMMIT, model_hub.url).files:
        assert file.is_right(model_hub.folder / file.name)
        assert file.digest.startswith("sha256:" if "safetensors" in file.name[-11:] else "git:")


@pytest.mark.parametrize("name", ["config.json", "model-00001-of-00002.safetensors"])
def test_one_other_byte_is_another_hash(name: str, model_hub: ModelHub):
    (file,) = (file for file in look_up(REPO, COMMIT, model_hub.url).files if file.name == name)
    path = model_hub.folder / name
    path.write_bytes(changed(path.read_bytes()))
    assert not file.is_right(path)
    path.write_bytes(path.read_bytes() + b"more")
    assert not file.is_right(path)


def test_the_hash_of_a_small_file_is_gits(tmp_path: Path):
    """`printf hello | git hash-object --stdin` says so."""
    file = SnapshotFile(name="x", size=5, digest="git:b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0")
    (tmp_path / "x").write_bytes(b"hello")
    assert file.is_right(tmp_path / "x")


@pytest.mark.parametrize(
    "name",
    ["../up.safetensors", "sub/model.safetensors", "c:\\model.safetensors", ".hidden.safetensors"],
)
def test_a_name_that_is_no_plain_file_of_the_top_folder_is_left(name: str, model_hub: ModelHub):
    model_hub.extra_files = (name,)
    assert {file.name for file in look_up(REPO, COMMIT, model_hub.url).files} == WANTED


@given(text(max_size=20).map(lambda stem: f"{stem}.safetensors"))
def test_whatever_a_hub_calls_a_file_it_stays_in_its_folder(name: str):
    if is_wanted(name):
        assert PurePosixPath("folder", name).parent == PurePosixPath("folder")
        assert PureWindowsPath("folder", name).parent == PureWindowsPath("folder")
        assert PureWindowsPath(name).name == PurePosixPath(name).name == name


def test_an_empty_file_is_a_file(model_hub: ModelHub):
    (model_hub.folder / "merges.txt").touch()
    assert "merges.txt" in {file.name for file in look_up(REPO, COMMIT, model_hub.url).files}


def test_a_repository_without_safetensors_is_refused(model_hub: ModelHub):
    for path in model_hub.folder.glob("*.safetensors"):
        path.unlink()
    with pytest.raises(WeightsInvalid, match="no safetensors"):
        look_up(REPO, COMMIT, model_hub.url)


def test_a_hub_that_answers_with_another_commit_is_refused(model_hub: ModelHub):
    model_hub.stated = {"sha": "f" * 40}
    with pytest.raises(WeightsInvalid, match="gave commit"):
        look_up(REPO, COMMIT, model_hub.url)


@pytest.mark.parametrize("missing", ["blobId", "size"])
def test_a_file_without_size_or_hash_is_refused(missing: str, model_hub: ModelHub):
    files = model_hub.statement()["siblings"]
    model_hub.stated = {"siblings": [{k: v for k, v in f.items() if k != missing} for f in files]}
    with pytest.raises(WeightsInvalid, match="no size or no hash"):
        look_up(REPO, COMMIT, model_hub.url)


def test_a_commit_the_hub_does_not_have_is_told_with_the_way_on(model_hub: ModelHub):
    with pytest.raises(DownloadFailed, match="--revision main"):
        look_up(REPO, "e" * 40, model_hub.url)


@pytest.mark.parametrize("stated", [{"siblings": [{}]}, {"siblings": 3}, {"id": None, "sha": 3}])
def test_nonsense_is_one_line(stated: dict[str, object], model_hub: ModelHub):
    model_hub.stated = stated
    with pytest.raises((DownloadFailed, WeightsInvalid)) as caught:
        look_up(REPO, COMMIT, model_hub.url)
    assert "\n" not in str(caught.value)


def test_an_offline_machine_asks_nobody(model_hub: ModelHub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadFailed, match="HF_HUB_OFFLINE"):
        look_up(REPO, COMMIT, model_hub.url)
    assert model_hub.asked == []
