"""The statements of a text that import, and the modules they name."""

import pytest

from unmask_lsp.syntax.imports import Import, imports_of
from unmask_lsp.syntax.languages import LANGUAGES


def found(language: str, text: str) -> list[Import]:
    return list(imports_of(text, LANGUAGES[language]))


@pytest.mark.parametrize(
    ("language", "text", "modules"),
    [
        ("python", "import a", ["a"]),
        ("python", "import a, b.c as d", ["a", "b.c"]),
        ("python", "from a import b, c as d", ["a.b", "a.c", "a"]),
        ("python", "from . import a", [".a", "."]),
        ("python", "from .. b import *".replace(" b", "b"), ["..b"]),
        ("python", "from a import (\n    b,\n    c,\n)", ["a.b", "a.c", "a"]),
        ("typescript", "import a, { b } from './c'", ["./c"]),
        ("typescript", "import {\n  a,\n} from '@/c';", ["@/c"]),
        ("typescript", "export { a } from './c'", ["./c"]),
        ("javascript", "const a = require('./c')", ["./c"]),
        ("javascript", "const a = await import('./c')", ["./c"]),
        ("go", 'import "a/b"', ["a/b"]),
        ("go", 'import (\n\t"a"\n\tx "b/c"\n)', ["a", "b/c"]),
        ("ruby", "require 'a/b'\nrequire_relative './c'", ["a/b", "./c"]),
    ],
)
def test_the_modules_that_statements_name(language: str, text: str, modules: list[str]) -> None:
    assert [name for one in found(language, text) for name in one.modules] == modules


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "important = 1\n# import of goods\n'from a import'"),
        ("typescript", "const from = 'a'; const imported = \"b\""),
        ("go", 'names := []string{\n\t"a", "b",\n}'),
        ("plaintext", "import a"),
    ],
)
def test_what_only_looks_like_an_import_is_none(language: str, text: str) -> None:
    row = LANGUAGES.get(language)
    assert row is None or not [name for one in imports_of(text, row) for name in one.modules]


def test_a_statement_of_several_lines_is_told_on_one() -> None:
    (one,) = found("python", "x = 1\nfrom a import (\n    b,\n    c,\n)\ny = 2\n")
    assert one.text == "from a import ( b, c, )"
    (one,) = found("typescript", "import {\n  a,\n  b,\n} from './c';\nfoo();\n")
    assert one.text == "import { a, b, } from './c';"
