"""Which files a text imports, of those that are there."""

from pathlib import Path

import pytest

from unmask_lsp.syntax.imports import MOST_FILES, imported_files
from unmask_lsp.syntax.languages import LANGUAGES

CASES = [
    ("python", "pkg/sub/m.py", "from pkg.shapes import Circle", "pkg/shapes.py"),
    ("python", "pkg/sub/m.py", "import pkg.sub", "pkg/sub/__init__.py"),
    ("python", "pkg/sub/m.py", "from . import x", "pkg/sub/__init__.py"),
    ("python", "pkg/sub/m.py", "from ..shapes import Circle", "pkg/shapes.py"),
    ("python", "pkg/sub/m.py", "    from shapes import f", "pkg/shapes.py"),
    ("python", "pkg/sub/m.py", "from pkg.shapes.Circle import x", "pkg/shapes.py"),
    ("typescript", "src/app/m.ts", 'import { a } from "../lib/x";', "src/lib/x.ts"),
    ("typescript", "src/app/m.ts", 'import "../lib";', "src/lib/index.ts"),
    ("javascript", "src/app/m.js", 'const a = require("./near.js")', "src/app/near.js"),
    ("c", "src/m.c", '#include "lib/x.h"', "src/lib/x.h"),
    ("cpp", "src/m.cpp", '#  include "x.hpp"', "src/x.hpp"),
    ("java", "src/a/m.java", "import a.b.C;", "src/a/b/C.java"),
    ("java", "src/a/m.java", "import static a.b.C.make;", "src/a/b/C.java"),
    ("csharp", "src/m.cs", "using A.B;", "src/A/B.cs"),
    ("rust", "src/m.rs", "use crate::a::b::{C, D};", "src/a/b.rs"),
    ("rust", "src/m.rs", "pub mod z;", "src/z/mod.rs"),
    ("lua", "m.lua", 'local x = require("a.b")', "a/b.lua"),
]


@pytest.mark.parametrize(("language", "file", "text", "wanted"), CASES)
def test_an_import_is_found_where_such_modules_are_kept(
    tmp_path: Path, language: str, file: str, text: str, wanted: str
) -> None:
    for name in (file, wanted):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    row = LANGUAGES[language]
    assert imported_files(text, row, tmp_path / file, tmp_path) == [tmp_path / wanted]


def test_what_is_not_there_is_not_imported(tmp_path: Path) -> None:
    text = "import numpy as np\nfrom .gone import x\nfrom .............. import y\nimport m\n"
    (tmp_path / "m.py").touch()
    assert imported_files(text, LANGUAGES["python"], tmp_path / "m.py", tmp_path) == []
    assert imported_files(text, LANGUAGES["ruby"], tmp_path / "m.py", tmp_path) == []


def test_of_many_imports_the_first_count(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 5):
        (tmp_path / f"a{number}.py").touch()
    text = "\n".join(f"import a{number}" for number in range(MOST_FILES + 5))
    found = imported_files(text, LANGUAGES["python"], tmp_path / "m.py", tmp_path)
    assert found == [tmp_path / f"a{number}.py" for number in range(MOST_FILES)]


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b", "\udcff", "/", "..", "../" * 50 + "x", "."])
def test_a_name_that_no_file_can_have_is_not_imported(tmp_path: Path, name: str) -> None:
    (tmp_path / "near.js").touch()
    text = f'import "{name}"; import "./near.js"; require("./near")'
    found = imported_files(text, LANGUAGES["javascript"], tmp_path / "m.js", tmp_path)
    assert found == [tmp_path / "near.js"]
