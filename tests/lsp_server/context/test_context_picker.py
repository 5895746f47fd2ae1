"""What goes with a snapshot, and when that changes: seldom, so that what was read stays of use."""

import asyncio
import gc
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.context.context_picker import STRETCH, Chosen, ContextPicker
from unmask_lsp.privacy.workspace import Workspace
from unmask_lsp.text.documents import Documents, Snapshot
from unmask_lsp.text.positions import Edit, Encoding, Position

SHAPES = "class Circle:\n    def area(self) -> float:\n        return 3.14\n"
MAIN = "from shapes import Circle\n\n\nround = Circle(\n" + f"# {'-' * 60}\n" * 200
CIRCLE = Position(line=3, unit=15)


class Desk:
    """A workspace with documents, and somebody who works there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents = Documents()
        self.picker = ContextPicker(Workspace([root]))

    def open(self, name: str, text: str) -> None:
        uri = (self.root / name).as_uri()
        self.documents.open(uri=uri, version=1, language="python", text=text)

    def edit(self, name: str, version: int, text: str, line: int) -> None:
        uri, place = (self.root / name).as_uri(), Position(line=line, unit=0)
        document = self.documents.get(uri)
        assert document is not None
        self.picker.note_edit(document, line)
        self.documents.change(
            uri, version, [Edit(text=text, start=place, end=place)], Encoding.UTF8
        )

    def snapshot(self, name: str, place: Position) -> Snapshot:
        document = self.documents.get((self.root / name).as_uri())
        assert document is not None
        return document.snapshot(place, Encoding.UTF8)

    def choose(self, name: str = "m.py", place: Position = CIRCLE) -> Chosen:
        return self.picker.choose(self.snapshot(name, place), self.documents)

    async def read(self) -> None:
        self.picker.indexer.follow("", self.documents)
        await self.picker.indexer.idle()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "shapes.py").write_text(SHAPES)
    made = Desk(tmp_path)
    made.open("m.py", MAIN)
    return made


def origins(chosen: Chosen) -> list[str]:
    return [snippet.origin for snippet in chosen.snippets]


async def test_what_is_imported_is_declared(desk: Desk) -> None:
    await desk.read()
    (snippet,) = desk.choose().snippets
    assert snippet.origin == "shapes.py"
    assert snippet.text == "class Circle\n    def area(self) -> float"


async def test_a_request_does_not_wait_for_reading_and_the_next_has_it(desk: Desk) -> None:
    assert desk.choose().snippets == ()
    await desk.picker.indexer.idle()
    assert origins(desk.choose()) == ["shapes.py"]


async def test_typing_in_one_place_changes_nothing(desk: Desk) -> None:
    await desk.read()
    chosen = desk.choose()
    for version in range(2, 9):
        desk.edit("m.py", version, "x = other_word\n", 4)
        await desk.picker.indexer.idle()
        assert desk.choose(place=Position(line=4 + version, unit=0)) is chosen


async def test_another_place_has_its_own(desk: Desk) -> None:
    await desk.read()
    chosen = desk.choose()
    assert desk.choose(place=Position(line=3 + STRETCH, unit=0)) is chosen
    assert desk.choose(place=Position(line=4 + STRETCH, unit=0)).snippets == ()


async def test_a_change_in_another_file_is_seen_on_return(desk: Desk) -> None:
    desk.open("shapes.py", SHAPES)
    await desk.read()
    desk.choose()
    desk.edit("shapes.py", 2, "    def grow(self) -> None:\n        pass\n", 3)
    desk.choose()
    await desk.picker.indexer.idle()
    texts = {snippet.text for snippet in desk.choose().snippets}
    assert any("def grow(self) -> None" in text for text in texts)


async def test_what_was_edited_elsewhere_is_shown(desk: Desk) -> None:
    desk.open("notes.py", "".join(f"note_{number} = 1\n" for number in range(30)))
    await desk.read()
    desk.edit("notes.py", 2, "new_note = 1\n", 10)
    assert any("new_note" in snippet.text for snippet in desk.choose().snippets)


async def test_most_useful_is_last(desk: Desk) -> None:
    body = "".join(f"        line_{number} = {number}\n" for number in range(100))
    desk.open("far.py", f"from shapes import Circle\nclass A:\n    def f(self):\n{body}")
    await desk.read()
    desk.edit("far.py", 2, "        Circle(\n", 103)
    chosen = desk.choose("far.py", Position(line=103, unit=15))
    assert [taken.source for taken in chosen.taken][:2] == ["enclosing scopes", "signatures"]
    assert origins(chosen) == ["shapes.py", "far.py"]
    assert chosen.snippets[-1].text == "class A:\n    def f(self):"


@pytest.mark.parametrize("name", [".env", "ignored.py", "../outside.py"])
async def test_nothing_of_a_private_or_foreign_document_goes_with_another(
    desk: Desk, name: str
) -> None:
    (desk.root / ".gitignore").write_text("ignored.py\n")
    desk.open(name, "class Circle:\n    secret = 'Circle'\n")
    await desk.read()
    desk.edit(name, 2, "Circle = 'hunter2'\n", 1)
    assert origins(desk.choose()) == ["shapes.py"]
    assert desk.choose(name, Position(line=2, unit=0)).snippets == ()


async def test_a_file_that_became_private_is_shown_no_more(desk: Desk) -> None:
    await desk.read()
    (desk.root / ".gitignore").write_text("shapes.py\n")
    assert desk.choose().snippets == ()


async def test_a_document_that_was_closed_stays_of_use(desk: Desk) -> None:
    desk.open("closed.py", "def make():\n    corner = Circle(radius)\n    return corner\n")
    await desk.read()
    desk.documents.close((desk.root / "closed.py").as_uri())
    desk.edit("m.py", 2, "    corner = Circle(radius)\n", 4)
    assert "closed.py" in origins(desk.choose(place=Position(line=4, unit=20)))


async def test_problems_are_told_on_coming_to_a_place_and_not_while_typing(desk: Desk) -> None:
    (desk.root / "shapes.py").unlink()
    await desk.read()
    main = desk.documents.get((desk.root / "m.py").as_uri())
    assert main is not None
    assert desk.choose().snippets == ()
    desk.picker.note_problems(main, [(3, "'(' was never closed")])
    for line in (3, 4, 5):  # line by line, as typing goes
        assert desk.choose(place=Position(line=line, unit=0)).snippets == ()
    (told,) = desk.choose(place=Position(line=1, unit=0)).snippets
    assert told.text == "# round = Circle(: '(' was never closed"
    desk.picker.note_problems(main, [])
    assert desk.choose(place=Position(line=2, unit=0)).snippets == (told,)
    assert desk.choose(place=Position(line=5, unit=0)).snippets == ()


async def test_problems_of_a_closed_document_are_forgotten(desk: Desk) -> None:
    main = desk.documents.get((desk.root / "m.py").as_uri())
    assert main is not None
    desk.picker.note_problems(main, [(3, "'(' was never closed")])
    assert [taken.source for taken in desk.choose().taken if taken.snippets] == ["diagnostics"]
    desk.picker.forget(main.uri)
    assert desk.choose().snippets == ()


@pytest.mark.parametrize("uri", ["file:///elsewhere/m.py", "untitled:1"])
async def test_outside_of_the_workspace_a_document_has_its_own_scopes_and_problems(
    desk: Desk, uri: str
) -> None:
    body = "".join(f"        line_{number} = Circle({number})\n" for number in range(100))
    text = f"class A:\n    def f(self):\n{body}"
    desk.documents.open(uri=uri, version=1, language="python", text=text)
    document = desk.documents.get(uri)
    assert document is not None
    desk.picker.note_problems(document, [(100, "line_98 is not used")])
    await desk.read()
    snapshot = document.snapshot(Position(line=101, unit=8), Encoding.UTF8)
    problem, scope = desk.picker.choose(snapshot, desk.documents).snippets
    assert scope.text == "class A:\n    def f(self):"
    assert problem.text == "# line_98 = Circle(98): line_98 is not used"
    desk.documents.close(uri)
    assert "elsewhere" not in " ".join(origins(desk.choose()))


async def test_documents_without_a_file_have_nothing(desk: Desk) -> None:
    desk.documents.open(uri="untitled:1", version=1, language="python", text="Circle(")
    await desk.read()
    document = desk.documents.get("untitled:1")
    assert document is not None
    snapshot = document.snapshot(Position(line=0, unit=7), Encoding.UTF8)
    assert desk.picker.choose(snapshot, desk.documents).snippets == ()


async def test_a_file_on_disk_is_read_again_where_it_changed(desk: Desk) -> None:
    await desk.read()
    (desk.root / "shapes.py").write_text("class Circle:\n    def edge(self): ...\n")
    desk.picker.indexer.renew((desk.root / "m.py").as_uri())
    await desk.read()
    (snippet,) = desk.choose().snippets
    assert "edge" in snippet.text


lines = st.sampled_from(
    [
        "from shapes import Circle",
        "import",
        "\udcff = Circle(",
        "\ud83d",
        "\0",
        "def f(",
        "\x0c\u2028",
    ]
)


@given(st.lists(lines), st.lists(lines), st.integers(0, 9))
async def test_whatever_is_in_the_files_there_are_snippets_or_none(
    here: list[str], there: list[str], line: int
) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.open("m.py", "\n".join(here))
        desk.open("n.py", "\n".join(there))
        await desk.read()
        desk.edit("n.py", 2, "\ud83d Circle(\n", 0)
        for snippet in desk.choose(place=Position(line=line, unit=3)).snippets:
            assert snippet.text.encode()


async def test_what_is_closed_is_gone_at_once(desk: Desk) -> None:
    """Folders may come and go without end; the garbage collector is no part of it."""
    await desk.read()
    desk.choose()
    desk.open("n.py", MAIN)
    desk.picker.indexer.follow("", desk.documents)
    left = [weakref.ref(part) for part in (desk.picker, desk.picker.indexer)]
    gc.disable()
    try:
        desk.picker.close()
        del desk.picker
        await asyncio.sleep(0.05)  # what was read is told to nobody
        assert [part() for part in left] == [None, None]
    finally:
        gc.enable()
