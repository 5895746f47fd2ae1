"""A converted copy is a cache: whatever happened to it, it is made again."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from unmask_model.protocol.errors import ModelNotFound
from unmask_model.weights.base_files import open_base
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.whole_folder import LIST, is_whole, whole_folder


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "configuration is garbage": lambda copy: (copy / "config.json").write_text("garbage"),
    "configuration is a list": lambda copy: (copy / "config.json").write_text("[]"),
    "tokenizer is empty": lambda copy: (copy / "tokenizer.json").write_text(""),
    "tokenizer says nothing": lambda copy: (copy / "tokenizer.json").write_text("{}"),
    "weights are cut": lambda copy: truncate(copy / "model.safetensors"),
    "weights are gone": lambda copy: (copy / "model.safetensors").unlink(),
    "everything is gone": lambda copy: [file.unlink() for file in copy.iterdir()],
    "the list is cut": lambda copy: truncate(copy / LIST),
    "the list is a list": lambda copy: (copy / LIST).write_text("[1]"),
}


@pytest.mark.fault(
    "a converted copy is damaged on disk",
    "it is made again, with one line; nothing to remove by hand",
)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_copy_is_made_again_with_one_line(
    damage: Callable[[Path], object],
    write_gguf: Callable[..., Path],
    cache: Cache,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = write_gguf()
    files = open_base(path, cache=cache)
    before = {file.name: file.read_bytes() for file in files.config.parent.iterdir()}
    damage(files.config.parent)
    assert open_base(path, cache=cache) == files
    assert {file.name: file.read_bytes() for file in files.config.parent.iterdir()} == before
    assert len(caplog.records) == 1
    assert "is damaged; it is made again" in caplog.text
    caplog.clear()
    open_base(path, cache=cache)
    assert not caplog.records


def test_a_copy_of_an_earlier_version_is_used_as_it_is(
    write_gguf: Callable[..., Path], cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_gguf()
    files = open_base(path, cache=cache)
    (files.config.parent / LIST).unlink()
    caplog.set_level(logging.INFO)
    assert open_base(path, cache=cache) == files
    assert not caplog.records


def test_what_is_no_folder_is_not_whole(tmp_path: Path) -> None:
    assert not is_whole(tmp_path / "nothing")
    (tmp_path / "file").touch()
    assert not is_whole(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    assert not is_whole(tmp_path / "empty")


def test_a_folder_that_was_written_is_whole_until_a_byte_changes(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "made") as partial:
        (partial / "a").write_bytes(b"abc")
    assert is_whole(tmp_path / "made")
    (tmp_path / "made" / "a").write_bytes(b"abd")
    assert not is_whole(tmp_path / "made")


def test_without_what_it_was_made_from_the_way_to_get_it_is_said(
    cache: Cache, tmp_path: Path
) -> None:
    with pytest.raises(ModelNotFound):
        open_base(tmp_path / "gone.gguf", cache=cache)
