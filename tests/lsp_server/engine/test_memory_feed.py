import asyncio
import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

from unmask_lsp.engine import memory_feed
from unmask_lsp.engine.memory_feed import MemoryFeed
from unmask_lsp.privacy.workspace import LARGEST_FILE, Workspace
from unmask_lsp.settings import MemoryScope
from unmask_lsp.text.documents import Documents
from unmask_lsp.text.positions import Edit, Encoding
from unmask_model.protocol.errors import EngineClosed


class FakeLink:
    """Reaches an engine, or none."""

    def __init__(self, engine: object | None) -> None:
        self.own = engine

    async def started(self) -> object | None:
        return self.own


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_feed, "PAUSE_S", 0.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    for name in ("a.py", "b/c.py", "ignored.py", ".env"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"name = '{name}'\n")
    return tmp_path.resolve()


@pytest.fixture
def documents() -> Documents:
    return Documents()


def feed_of(root: Path, scope: MemoryScope = MemoryScope.REPOSITORY) -> MemoryFeed:
    return MemoryFeed(Workspace([root]), scope)


async def followed(feed: MemoryFeed, engine: Any, documents: Documents) -> None:
    feed.follow(FakeLink(engine), documents)
    await feed.idle()


def write(documents: Documents, path: Path, text: str, version: int = 1) -> None:
    if documents.get(path.as_uri()):
        edit = Edit(start=None, end=None, text=text)
        documents.change(path.as_uri(), version, [edit], Encoding.UTF16)
    else:
        documents.open(uri=path.as_uri(), version=version, language="python", text=text)


async def test_the_engine_is_told_of_the_files_that_may_be_shown(
    engine: Any, root: Path, documents: Documents
) -> None:
    await followed(feed_of(root), engine, documents)
    assert engine.texts() == {"a.py": "name = 'a.py'\n", "b/c.py": "name = 'b/c.py'\n"}
    assert len(engine.held) == 1


async def test_what_is_written_is_told_instead_of_the_file(
    engine: Any, root: Path, documents: Documents
) -> None:
    feed = feed_of(root)
    write(documents, root / "a.py", "name = 'written'\n")
    await followed(feed, engine, documents)
    assert engine.texts()["a.py"] == "name = 'written'\n"
    write(documents, root / "a.py", "name = 'more'\n", version=2)
    await followed(feed, engine, documents)
    assert engine.texts()["a.py"] == "name = 'more'\n"
    assert engine.told[-1].files[0].recent
    told = len(engine.told)
    await followed(feed, engine, documents)
    assert len(engine.told) == told


@pytest.mark.parametrize("name", ["ignored.py", ".env", "../outside.py"])
async def test_a_private_document_is_not_told(
    engine: Any, root: Path, documents: Documents, name: str
) -> None:
    write(documents, root / name, "SECRET = 1\n")
    write(documents, root / "large.py", "SECRET = 1\n" * LARGEST_FILE)
    await followed(feed_of(root), engine, documents)
    assert not [text for text in engine.texts().values() if "SECRET" in text]


async def test_only_open_files_are_told_where_that_is_wanted(
    engine: Any, root: Path, documents: Documents
) -> None:
    write(documents, root / "b/c.py", "x = 1\n")
    await followed(feed_of(root, MemoryScope.OPEN_FILES), engine, documents)
    assert engine.texts() == {"b/c.py": "x = 1\n"}


async def test_off_tells_nothing_and_lets_go(engine: Any, root: Path, documents: Documents) -> None:
    write(documents, root / "a.py", "x = 1\n")
    await followed(feed_of(root), engine, documents)
    engine.told.clear()
    feed = feed_of(root, MemoryScope.OFF)
    await followed(feed, engine, documents)
    assert engine.told == []
    assert engine.held == []
    assert feed.place((root / "a.py").as_uri()) == ("", "")


async def test_an_engine_elsewhere_or_none_is_told_nothing(
    engine: Any, root: Path, documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    feed = feed_of(root)
    write(documents, root / "a.py", "x = 1\n")
    await followed(feed, None, documents)
    await followed(feed, object(), documents)  # it remembers nothing
    assert not caplog.records
    await followed(feed, engine, documents)
    assert engine.texts()["a.py"] == "x = 1\n", "what was not told is still to be told"


async def test_a_new_engine_is_told_everything_again(
    engine: Any, root: Path, documents: Documents
) -> None:
    feed = feed_of(root)
    write(documents, root / "b/c.py", "x = 1\n")
    await followed(feed, engine, documents)
    before = engine.texts()
    another = type(engine)()
    await followed(feed, another, documents)
    assert another.texts() == before
    assert another.held == engine.held


@pytest.mark.fault(
    "an engine that remembered the workspace is gone",
    "nothing; the next one is told again",
)
async def test_an_engine_that_goes_away_is_told_again_without_a_word(
    engine: Any, root: Path, documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    feed = feed_of(root)
    engine.forgets = [EngineClosed("gone")]
    await followed(feed, engine, documents)
    assert engine.told == []
    await followed(feed, engine, documents)
    assert len(engine.texts()) == 2
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


async def test_files_on_disk_are_looked_at_again_and_only_new_ones_are_read(
    engine: Any, root: Path, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_feed, "RESCAN_S", 0.0)
    feed = feed_of(root)
    await followed(feed, engine, documents)
    (root / "d.py").write_text("new = 1\n")
    (root / "a.py").unlink()
    engine.told.clear()
    await followed(feed, engine, documents)
    assert sorted(engine.texts()) == ["b/c.py", "d.py"]
    assert [file.name for update in engine.told for file in update.files if file.text] == ["d.py"]
    engine.told.clear()
    await followed(feed, engine, documents)
    assert engine.told == []


def test_a_place_is_the_same_in_all_windows_on_a_folder_that_hide_the_same(root: Path) -> None:
    uri = (root / "b/c.py").as_uri()
    one, other = feed_of(root), feed_of(root, MemoryScope.OPEN_FILES)
    assert one.place(uri) == other.place(uri)
    assert one.place(uri)[1] == "b/c.py"
    hiding = MemoryFeed(Workspace([root], ["b/*"]), MemoryScope.REPOSITORY)
    assert hiding.place(uri)[0] != one.place(uri)[0]
    assert one.place("untitled:1") == ("", "")
    assert one.place((root.parent / "outside.py").as_uri()) == ("", "")


async def test_a_feed_that_was_stopped_is_gone_at_once(
    engine: Any, root: Path, documents: Documents
) -> None:
    """Folders may come and go without end; the garbage collector is no part of it."""
    feed = feed_of(root)
    feed.follow(FakeLink(engine), documents)
    await asyncio.sleep(0)
    left = weakref.ref(feed)
    gc.disable()
    try:
        feed.stop()
        del feed
        await asyncio.sleep(0.05)
        assert left() is None
    finally:
        gc.enable()
