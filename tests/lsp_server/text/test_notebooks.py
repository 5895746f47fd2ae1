"""A cell stands between the other cells of its notebook."""

from unmask_lsp.text.documents import Documents, Snapshot
from unmask_lsp.text.notebooks import Notebooks
from unmask_lsp.text.positions import Encoding, Position


def documents(**texts: str) -> Documents:
    open_documents = Documents()
    for uri, text in texts.items():
        language = "markdown" if uri.startswith("prose") else "python"
        open_documents.open(uri=uri, version=1, language=language, text=text)
    return open_documents


def around(notebooks: Notebooks, cells: Documents, uri: str, line: int, unit: int) -> Snapshot:
    document = cells.get(uri)
    assert document is not None
    snapshot = document.snapshot(Position(line=line, unit=unit), Encoding.UTF32)
    return notebooks.around(snapshot, cells)


def test_a_cell_is_read_with_those_above_and_below() -> None:
    cells = documents(a="import x", b="y = 1\nz = ", c="print(z)")
    notebooks = Notebooks()
    notebooks.open("nb", ["a", "b", "c"])
    snapshot = around(notebooks, cells, "b", 1, 4)
    assert snapshot.text == "import x\ny = 1\nz = \nprint(z)"
    assert snapshot.text[: snapshot.cursor] == "import x\ny = 1\nz = "
    assert (snapshot.line, snapshot.text[snapshot.line_start : snapshot.cursor]) == (1, "z = ")


def test_what_is_put_into_a_cell_stays_at_its_line_of_the_cell() -> None:
    cells = documents(a="import x\r\nimport y", b="y = 1\nz = ")
    notebooks = Notebooks()
    notebooks.open("nb", ["a", "b"])
    snapshot = around(notebooks, cells, "b", 1, 4)
    assert snapshot.at(snapshot.text, snapshot.cursor) == snapshot
    longer = snapshot.at(f"{snapshot.text}(\n1)", snapshot.cursor + 4)
    assert (longer.line, longer.line_start) == (2, longer.cursor - 2)
    assert longer.position(longer.cursor, Encoding.UTF32) == Position(line=2, unit=2)


def test_prose_and_cells_that_are_not_open_are_left_out() -> None:
    cells = documents(prose="# Title", b="y = ")
    notebooks = Notebooks()
    notebooks.open("nb", ["prose", "gone", "b"])
    assert around(notebooks, cells, "b", 0, 4).text == "y = "
    assert around(notebooks, cells, "prose", 0, 0).text == "# Title"


def test_cells_come_go_and_move() -> None:
    cells = documents(a="a", b="b", c="c")
    notebooks = Notebooks()
    notebooks.open("nb", ["a", "b"])
    notebooks.splice("nb", 0, 2, ["b", "c", "a"])
    assert around(notebooks, cells, "c", 0, 0).text == "b\nc\na"
    notebooks.splice("nb", 0, 1, [])
    assert around(notebooks, cells, "c", 0, 0).text == "c\na"
    assert notebooks.close("nb") == ["c", "a"]
    assert around(notebooks, cells, "c", 0, 0).text == "c"


def test_notebooks_nobody_opened_do_no_harm() -> None:
    notebooks = Notebooks()
    notebooks.splice("nb", 0, 1, ["a"])
    assert notebooks.close("nb") == []
    assert around(notebooks, documents(a="x"), "a", 0, 1).text == "x"


def test_two_notebooks_know_nothing_of_each_other() -> None:
    cells = documents(a="a", b="b")
    notebooks = Notebooks()
    notebooks.open("one", ["a"])
    notebooks.open("other", ["b"])
    assert around(notebooks, cells, "b", 0, 0).text == "b"
