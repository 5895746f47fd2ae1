"""What each source finds for a place."""

from dataclasses import replace

import pytest

from unmask_lsp.context.context_query import NEAR_LEFT, ContextQuery
from unmask_lsp.context.index import Index, IndexedFile
from unmask_lsp.context.problems import Problem
from unmask_lsp.context.sources import diagnostics, scopes, signatures, similar
from unmask_lsp.syntax.languages import LANGUAGES
from unmask_model.protocol.request import Snippet

PYTHON = LANGUAGES["python"]
LONG = "".join(f"        line_{number} = {number}\n" for number in range(100))
METHOD = f"import os\n\nclass Circle(Shape):\n\n    def area(\n        self, n\n    ):\n{LONG}"


def query(text: str, *imports: str) -> ContextQuery:
    left, right = text.split("‸")
    return ContextQuery(file="m.py", imports=imports, language=PYTHON, left=left, right=right)


def indexed(**texts: str) -> Index:
    index = Index()
    for name, text in texts.items():
        index.put(IndexedFile.of(f"{name}.py", text, PYTHON))
    return index


def test_scopes_that_are_out_of_sight_are_named() -> None:
    expected = Snippet(origin="m.py", text="class Circle(Shape):\n    def area(")
    assert list(scopes(query(f"{METHOD}        retu‸"))) == [expected]
    assert list(scopes(query(f"{METHOD}        ‸"))) == [expected]
    assert list(scopes(query(f"{METHOD}    ‸"))) == [
        Snippet(origin="m.py", text="class Circle(Shape):")
    ]


def test_scopes_in_sight_and_no_scopes_are_not() -> None:
    assert list(scopes(query("class A:\n    def f():\n        ‸"))) == []
    assert list(scopes(query(f"{METHOD}‸"))) == []
    assert list(scopes(query("‸"))) == []


def test_names_near_the_cursor_are_declared_the_nearest_first() -> None:
    index = indexed(
        shapes="class Circle:\n    def area(self) -> float: ...\ndef unit() -> Circle: ...\n",
        other="def unit(): ...\n",
    )
    found = signatures(query("c = unit()\nd = Circle(‸", "shapes.py"), index)
    assert [snippet.text for snippet in found] == [
        "class Circle",
        "    def area(self) -> float",
        "def unit() -> Circle",
    ]


def test_a_name_of_another_package_comes_with_the_line_that_imports_it() -> None:
    far = "import numpy as np\nfrom os import path\n" + "#" * NEAR_LEFT + "\n"
    found = list(signatures(query(f"{far}x = path.join(‸"), Index()))
    assert found == [Snippet(origin="m.py", text="from os import path")]


def test_what_is_in_sight_is_not_declared_again() -> None:
    near = "from os import path\ndef unit() -> int:\n    pass\nunit(path‸"
    assert list(signatures(query(near), indexed(m=near.replace("‸", "")))) == []


def test_similar_code_is_found_in_other_files_and_far_away_in_this_one() -> None:
    body = "def read_header(stream):\n    size = stream.read(4)\n    return unpack(size)\n"
    index = indexed(a=body, b="print('nothing of the kind')\n")
    (found,) = similar(query("def read_footer(stream):\n    size = stream.read(‸"), index)
    assert found == Snippet(origin="a.py", text=body.rstrip("\n"))


def test_code_around_the_cursor_is_not_similar_to_itself() -> None:
    text = "def read(stream):\n    size = stream.read(4)\n    return unpack(size)‸\n"
    assert list(similar(query(text), indexed(m=text.replace("‸", "")))) == []
    assert list(similar(query("‸"), indexed(m=text))) == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("python", "# y = prcie: no such name"),
        ("css", "/* y = prcie: no such name */"),
        ("json", "y = prcie: no such name"),
    ],
)
def test_what_other_tools_say_is_a_comment(language: str, expected: str) -> None:
    problems = (
        Problem(line="y = prcie", message="no such name"),
        Problem(line="far away", message="unused"),
    )
    here = replace(query("y = prcie\n‸"), problems=problems, language=LANGUAGES[language])
    assert list(diagnostics(here)) == [Snippet(origin="m.py", text=expected)]


def test_one_word_in_common_is_not_similar() -> None:
    left = "alpha = beta(gamma, delta, epsilon, zeta, eta, theta, self‸"
    assert list(similar(query(left), indexed(a="print(self)\n"))) == []
