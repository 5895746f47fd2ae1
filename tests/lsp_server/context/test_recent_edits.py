"""The regions a user worked on of late."""

from unmask_lsp.context.recent_edits import REGIONS, RecentEdits
from unmask_lsp.text.documents import Document, Documents


def document(name: str) -> Document:
    documents = Documents()
    text = "".join(f"{name}{number}\n" for number in range(100))
    documents.open(uri=name, version=1, language="", text=text)
    found = documents.get(name)
    assert found is not None
    return found


def test_edits_side_by_side_are_one_region_as_it_is_now() -> None:
    edits, a = RecentEdits(), document("a")
    for line in (10, 12, 11):
        edits.note(a, line)
    a.lines[11] = "changed\n"
    ((uri, text),) = edits.regions()
    assert uri == "a"
    assert text.split("\n") == ["a6", "a7", "a8", "a9", "a10", "changed", "a12", "a13", "a14"]


def test_a_region_that_was_left_stays_as_it_was() -> None:
    edits, a, b = RecentEdits(), document("a"), document("b")
    edits.note(a, 10)
    edits.note(b, 10)
    edits.note(b, 90)
    a.lines.clear()
    assert [text.split("\n")[5] for _, text in edits.regions()] == ["b90", "b10", "a10"]


def test_only_the_last_regions_are_remembered() -> None:
    edits, a = RecentEdits(), document("a")
    for line in range(0, 100, 9):
        edits.note(a, line)
    assert len(edits.regions()) == REGIONS + 1


def test_nothing_was_edited_yet() -> None:
    assert RecentEdits().regions() == []
