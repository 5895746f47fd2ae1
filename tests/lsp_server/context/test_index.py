"""Files, searched by words and by names."""

import math

import pytest

from unmask_lsp.context import index as module
from unmask_lsp.context.index import MOST_FILES, Index, IndexedFile
from unmask_lsp.syntax.languages import LANGUAGES

SHAPES = """\
class Circle:
    def area(self) -> float:
        return self.radius * self.radius * 3.14

    def grow(self, by: float) -> None:
        self.radius += by
"""


def indexed(**texts: str) -> Index:
    index = Index()
    for name, text in texts.items():
        index.put(IndexedFile.of(f"{name}.py", text, LANGUAGES["python"]))
    return index


def test_the_passage_that_shares_the_rarest_words_is_the_best() -> None:
    index = indexed(shapes=SHAPES, other="def grow(x):\n    return x\n", last="pass\n")
    found = index.passages(["grow", "radius", "self"], "python")
    assert [file for file, _ in found] == ["shapes.py", "other.py"]
    assert "self.radius += by" in found[0][1]
    assert index.passages(["grow"], "rust") == []


def test_words_are_only_words_whatever_they_spell() -> None:
    index = indexed(m="NEAR = OR\nAND = 1\n")
    assert index.passages(["AND", "OR", "NEAR"], "python")
    assert index.passages([], "python") == []


def test_a_long_text_is_found_by_its_lines_anywhere() -> None:
    index = indexed(m="\n".join(f"word{n} = {n}" for n in range(1000)))
    for number in (0, 13, 14, 500, 999):
        assert f"word{number} = " in index.passages([f"word{number}"], "python")[0][1]


def test_a_name_stands_for_its_declaration_and_its_members() -> None:
    index = indexed(shapes=SHAPES, other="class Circle: pass\n")
    assert index.signatures("Circle", ["shapes.py"]) == [
        ("shapes.py", "class Circle"),
        ("shapes.py", "    def area(self) -> float"),
        ("shapes.py", "    def grow(self, by: float) -> None"),
    ]
    assert index.signatures("area", []) == []


def test_a_file_that_is_put_in_again_takes_its_own_place() -> None:
    index = indexed(m="old = 1\n")
    index.put(IndexedFile.of("m.py", "new = 1\n", LANGUAGES["python"]))
    assert index.passages(["old"], "python") == []
    index.drop("m.py")
    assert "m.py" not in index
    assert index.passages(["new"], "python") == []


def test_only_so_many_files_are_kept() -> None:
    index = indexed(**{f"m{number}": "same = 1\n" for number in range(MOST_FILES + 3)})
    assert "m2.py" not in index
    assert "m3.py" in index


def test_a_search_that_takes_too_long_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEARCH_MS", math.inf)
    index = indexed(m="\n".join(f"word = {n}" for n in range(20_000)))
    assert index.passages(["word"], "python")
    monkeypatch.setattr(module, "SEARCH_MS", 0.0)
    assert index.passages(["word"], "python") == []
    index.put(IndexedFile.of("n.py", "word = 1\n" * 20_000, LANGUAGES["python"]))
