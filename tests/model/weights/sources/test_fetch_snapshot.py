"""A model of the hub arrives whole and checked, or not at all."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from model_hub import COMMIT, ModelHub

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.fetch_snapshot import commit_of, fetch_snapshot
from unmask_model.weights.sources.hub_snapshot import look_up

REPO = "someone/model"
FIRST = "model-00001-of-00002.safetensors"


def fetched(hub: ModelHub, cache: Cache, progress=lambda *_: None) -> Path:
    return fetch_snapshot("tiny", look_up(REPO, COMMIT, hub.url), cache, progress)


def test_every_file_arrives_and_says_where_it_is_from(model_hub: ModelHub, cache: Cache):
    folder = fetched(model_hub, cache)
    assert folder == cache.models / "tiny"
    for file in look_up(REPO, COMMIT, model_hub.url).files:
        assert (folder / file.name).read_bytes() == (model_hub.folder / file.name).read_bytes()
    assert not list(folder.glob("*.py"))
    assert not list(folder.glob("*.bin"))
    assert json.loads((folder / "SOURCE.json").read_text())["repo"] == REPO
    assert commit_of(folder) == COMMIT
    assert not cache.unfinished("tiny").exists()


def test_progress_is_told_in_bytes_of_all_files(model_hub: ModelHub, cache: Cache):
    told: list[tuple[str, int, int]] = []
    fetched(model_hub, cache, lambda *all_: told.append(all_))
    total = look_up(REPO, COMMIT, model_hub.url).size
    downloading = [done for stage, done, of in told if stage == "downloading" and of == total]
    assert downloading == sorted(downloading)
    assert downloading[-1] == total


def test_a_model_that_is_here_is_not_fetched_again(model_hub: ModelHub, cache: Cache):
    fetched(model_hub, cache)
    model_hub.asked.clear()
    fetched(model_hub, cache)
    assert model_hub.fetched == []


@pytest.mark.fault(
    "a download of an open model is interrupted",
    "it goes on where it was; the model has its name only when all files are right",
)
def test_an_interruption_leaves_what_came_and_the_next_try_goes_on(
    model_hub: ModelHub, cache: Cache
):
    def interrupt(stage: str, done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetched(model_hub, cache, interrupt)
    assert not cache.model("tiny").exists()
    model_hub.asked.clear()
    fetched(model_hub, cache)
    assert "config.json" not in model_hub.fetched
    ranges = [part for path, part in model_hub.asked if path.endswith(FIRST)]
    assert ranges
    assert "bytes=0-" not in ranges


def test_a_line_that_breaks_now_and_then_is_taken_up_again(model_hub: ModelHub, cache: Cache):
    model_hub.break_after = 100_000
    folder = fetched(model_hub, cache)
    assert (folder / FIRST).read_bytes() == (model_hub.folder / FIRST).read_bytes()


@pytest.mark.fault(
    "the model hub gives other bytes than it states",
    "refused and removed, nothing else is lost; the same command fetches the rest",
)
@pytest.mark.parametrize("name", [FIRST, "tokenizer.json"])
def test_other_bytes_than_the_hub_states_are_refused_and_removed(
    name: str, model_hub: ModelHub, cache: Cache
):
    model_hub.tampered = name
    with pytest.raises(WeightsInvalid, match=f"{name} gave other bytes"):
        fetched(model_hub, cache)
    assert not cache.model("tiny").exists()
    assert not list(cache.root.rglob(name))
    model_hub.tampered = ""
    assert (fetched(model_hub, cache) / name).read_bytes() == (model_hub.folder / name).read_bytes()


def test_another_commit_does_not_go_on_with_files_of_the_first(model_hub: ModelHub, cache: Cache):
    model_hub.tampered = FIRST
    with pytest.raises(WeightsInvalid):
        fetched(model_hub, cache)
    model_hub.tampered, model_hub.commit = "", "f" * 40
    (model_hub.folder / "config.json").write_text("{}")
    folder = fetch_snapshot("tiny", look_up(REPO, "f" * 40, model_hub.url), cache)
    assert (folder / "config.json").read_text() == "{}"


def test_a_full_disk_is_told_before_anything_is_fetched(
    model_hub: ModelHub, cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1))
    with pytest.raises(DownloadFailed, match="GB are needed"):
        fetched(model_hub, cache)
    assert model_hub.fetched == []


def test_a_disk_that_fills_up_is_one_line(
    model_hub: ModelHub, cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DownloadFailed, match="No space left on device"):
        fetched(model_hub, cache)


def test_a_folder_put_there_by_hand_has_no_commit(tmp_path: Path):
    assert commit_of(tmp_path) is None
    (tmp_path / "SOURCE.json").write_text("[]")
    assert commit_of(tmp_path) is None
