"""What a text defines: one line a name, in every language whose grammar can tell."""

import pytest

from unmask_lsp.syntax.languages import LANGUAGES
from unmask_lsp.syntax.outline import LONGEST_SIGNATURE, outline

CASES = {
    "python": (
        "class Circle(Shape):\n    def area(\n        self, n: int\n    ) -> int:\n        pass\n",
        [
            ("Circle", "class Circle(Shape)", ""),
            ("area", "def area( self, n: int ) -> int", "Circle"),
        ],
    ),
    "typescript": (
        "export class A<T> {\n  m(x: T): void {}\n}\nexport function f(a: string): A<string> {}\n",
        [
            ("A", "class A<T>", ""),
            ("m", "m(x: T): void", "A"),
            ("f", "function f(a: string): A<string>", ""),
        ],
    ),
    "typescriptreact": ("function App(p: P) { return <a/>; }", [("App", "function App(p: P)", "")]),
    "javascript": ("function f(a) {}\n", [("f", "function f(a)", "")]),
    "go": (
        "func (p *P) Area(a int) int { return 1 }\n",
        [("Area", "func (p *P) Area(a int) int", "")],
    ),
    "rust": ("pub fn f(a: i32) -> i32 { 1 }\n", [("f", "pub fn f(a: i32) -> i32", "")]),
    "java": (
        "class P { int area(int a) { return 1; } }\n",
        [("P", "class P", ""), ("area", "int area(int a)", "P")],
    ),
    "c": ("int area(struct p *a) { return 1; }\n", [("area", "area(struct p *a)", "")]),
    "cpp": ("class P { int f(int a); };\n", [("P", "class P", ""), ("f", "f(int a)", "P")]),
    "lua": ("local function f(a, b) return 1 end\n", [("f", "local function f(a, b)", "")]),
}


@pytest.mark.parametrize("language", CASES)
def test_a_definition_has_its_name_signature_and_scope(language: str) -> None:
    text, expected = CASES[language]
    found = [(one.name, one.signature, one.scope) for one in outline(text, LANGUAGES[language])]
    assert found == expected


@pytest.mark.parametrize("language", ["markdown-like", "json", "csharp", "kotlin"])
def test_where_no_grammar_tells_nothing_is_defined(language: str) -> None:
    row = LANGUAGES.get(language, LANGUAGES["ruby"])
    assert outline("class A { void f() {} }\n", row) == []


def test_broken_code_has_the_definitions_that_are_whole() -> None:
    found = outline("def f(a):\n    return (\n\n\nclass B:\n    x = \n", LANGUAGES["python"])
    assert "f" in {one.name for one in found}


def test_a_signature_has_an_end() -> None:
    text = f"def f({', '.join(f'argument{n}' for n in range(99))}):\n    pass\n"
    (found,) = outline(text, LANGUAGES["python"])
    assert len(found.signature) == LONGEST_SIGNATURE


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["(", "-", "\\\n"])
def test_a_text_that_takes_for_ever_defines_nothing(unit: str) -> None:
    """Nothing else runs meanwhile: a repository cannot make the server stand still with it."""
    assert outline(unit * (100_000 // len(unit)), LANGUAGES["python"]) == []
    assert [one.name for one in outline("def f(): ...\n", LANGUAGES["python"])] == ["f"]
