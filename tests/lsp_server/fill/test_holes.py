"""Holes a person may ask to fill, in source with a cursor; what is to be replaced is in ⟦⟧."""

import re

import pytest

from unmask_lsp.fill.holes import Hole, Scope, find, of_body, of_marks, of_selection
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.suggest.typing_through import Shown
from unmask_lsp.syntax.languages import language_of
from unmask_lsp.text.documents import Documents, Snapshot
from unmask_lsp.text.positions import Encoding, Position


def snapshot_of(text: str, language: str = "python") -> Snapshot:
    left, _, right = text.partition("‸")
    documents = Documents()
    documents.open(uri="file:///m", version=1, language=language, text=left + right)
    document = documents.get("file:///m")
    assert document is not None
    lines = re.split(r"\r\n|\r|\n", left)
    return document.snapshot(Position(line=len(lines) - 1, unit=len(lines[-1])), Encoding.UTF32)


def body_of(text: str, language: str) -> tuple[str, Hole | None]:
    """The source with the hole marked, and the hole."""
    snapshot = snapshot_of(text, language)
    hole = of_body(snapshot)
    if hole is None:
        return snapshot.text, None
    whole = snapshot.text
    marked = f"{whole[: hole.start]}⟦{whole[hole.start : hole.end]}⟧{whole[hole.end :]}"
    return marked, hole


STATEMENTS = [
    ("python", "def f(x):\n    pa‸ss\n", "def f(x):\n    ⟦pass⟧\n"),
    ("python", "def f(x):‸\n    pass\n\nf()", "def f(x):\n    ⟦pass⟧\n\nf()"),
    ("python", 'def f():‸\n    """Say: x."""\n    # why\n    ...\n', None),
    ("python", "def f():\r\n    raise NotImplementedError('x')‸\r\n", None),
    ("rust", "fn f() -> u8 {‸\n    todo!()\n}\n", "fn f() -> u8 {\n    ⟦todo!()⟧\n}\n"),
    ("rust", 'fn f() {\n    unimplemented!("later");‸\n}\n', None),
    ("go", 'func f() {\n\tpanic("not implemented")‸\n}\n', None),
    ("java", "void f() {‸\n    throw new UnsupportedOperationException();\n}\n", None),
    ("csharp", "void F()\n{\n    throw new NotImplementedException();‸\n}\n", None),
    ("typescript", 'function f() {\n  throw new Error("TODO: f");‸\n}\n', None),
    ("kotlin", 'fun f() {\n    TODO("later")‸\n}\n', None),
    ("lua", "function f()\n  error('not implemented')‸\nend\n", None),
    ("shellscript", "f() {\n  :‸\n}\n", None),
]


@pytest.mark.parametrize(("language", "source", "marked"), STATEMENTS)
def test_a_statement_that_stands_for_a_body_is_a_hole(
    language: str, source: str, marked: str | None
) -> None:
    found, hole = body_of(source, language)
    assert hole is not None
    assert hole.before == hole.after == ""
    statement = found[found.index("⟦") + 1 : found.index("⟧")]
    assert re.fullmatch(language_of(language).placeholder, statement)
    assert marked is None or found == marked


@pytest.mark.parametrize(
    ("language", "source", "marked", "before", "after"),
    [
        ("python", "    def f(): .‸..\n", "    def f():⟦ ...⟧\n", "\n        ", ""),
        ("rust", "fn f() { todo!()‸ }\n", "fn f() {⟦ todo!() ⟧}\n", "\n    ", "\n"),
        ("typescript", "function f() {‸}\n", "function f() {⟦⟧}\n", "\n    ", "\n"),
        ("typescript", "const f = () => {‸ }\n", "const f = () => {⟦ ⟧}\n", "\n    ", "\n"),
        ("c", "int f(void)\n{\n‸\n}\n", "int f(void)\n{⟦\n\n⟧}\n", "\n    ", "\n"),
        ("go", "func f() {\n\tif x {‸\n\t}\n}\n", None, "\n\t\t", "\n\t"),
        ("css", "  a {‸}\n", "  a {⟦⟧}\n", "\n      ", "\n  "),
        ("lua", "function f()\n‸\nend\n", "function f()⟦\n\n⟧end\n", "\n    ", "\n"),
        ("python", "def f(x):‸\n\ndef g(): pass\n", None, "\n    ", ""),
        ("python", "if x:\n    for y in z:\n‸\n", None, "\n        ", ""),
        ("python", "def f(\n    x,\n):‸", "def f(\n    x,\n):⟦⟧", "\n    ", ""),
    ],
)
def test_an_empty_body_is_a_hole_on_lines_of_its_own(
    language: str, source: str, marked: str | None, before: str, after: str
) -> None:
    found, hole = body_of(source, language)
    assert hole is not None
    assert (hole.before, hole.after) == (before, after)
    assert marked is None or found == marked


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "def f(x):‸\n    return x\n"),
        ("python", "def f(x):‸\n    try:\n        g()\n    except E:\n        pass\n"),
        ("python", "x = 1‸\n"),
        ("python", "# pass‸\n"),
        ("typescript", "const a = {‸}\n"),
        ("typescript", "return {‸}\n"),
        ("typescript", 'log("a {‸}")\n'),
        ("json", '{"a": {‸}}'),
        ("plaintext", "pass‸"),
        ("plaintext", "‸"),
    ],
)
def test_where_nothing_is_missing_there_is_no_hole(language: str, source: str) -> None:
    assert body_of(source, language)[1] is None


def test_the_white_space_around_a_selection_stays() -> None:
    text = "a\n  b = 1\n  c\r\nd"
    hole = of_selection(text, 2, text.index("d"))
    assert text[hole.start : hole.end] == "b = 1\n  c"
    blank = of_selection(text, 1, 4)
    assert (blank.start, blank.end) == (1, 4)


def test_every_mark_is_a_hole_and_a_comment_that_says_no_more_goes_with_it() -> None:
    text = "x = ???\n    # ???\n# why ???\ny = [???, ???]\n"
    holes = of_marks(text, "???", language_of("python"))
    cut = [text[hole.start : hole.end] for hole in holes]
    assert cut == ["???", "# ???", "???", "???", "???"]
    html = of_marks("<p><!-- ??? --></p>", "???", language_of("html"))
    assert [(hole.start, hole.end) for hole in html] == [(3, 15)]
    assert of_marks(text, "", language_of("python")) == ()


def test_a_part_of_an_accepted_suggestion_may_be_redone() -> None:
    shown = Shown()
    shown.keep(snapshot_of("x = ‸\ny"), Suggestion(text="a + b", start=4, end=4))
    taken = snapshot_of("x = a + ‸b\ny")
    (hole,) = find(Scope.REDO, taken, 9, mark="", shown=shown)
    assert (hole.start, hole.end, hole.redo) == (4, 9, (8, 9))
    assert find(Scope.REDO, taken, 8, mark="", shown=shown) == ()
    assert find(Scope.REDO, snapshot_of("x = a * ‸b\ny"), 9, mark="", shown=shown) == ()
    assert find(Scope.REDO, taken, 11, mark="", shown=shown) == ()


def test_a_body_has_the_white_space_that_stands_in_it() -> None:
    _, hole = body_of("function f(a) {\n  ‸\n}\n", "javascript")
    assert hole is not None
    assert hole.before == "\n  "
    _, hole = body_of("int f(int a)\n{\n\t‸\n}\n", "c")
    assert hole is not None
    assert hole.before == "\n\t"


def test_the_length_of_a_variable_opens_no_body() -> None:
    assert of_body(snapshot_of('n=${#a}‸\necho "$n"\n', "shellscript")) is None
