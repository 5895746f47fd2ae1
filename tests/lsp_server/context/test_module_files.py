"""Which files a text imports, of those that are there."""

from pathlib import Path

import pytest

from unmask_lsp.context.module_files import MOST_FILES, MOST_OF_PACKAGE, imported_files
from unmask_lsp.privacy.workspace import Workspace
from unmask_lsp.syntax.languages import LANGUAGES

CASES = [
    ("python", "pkg/sub/m.py", "from pkg.shapes import Circle", "pkg/shapes.py"),
    ("python", "pkg/sub/m.py", "import pkg.sub", "pkg/sub/__init__.py"),
    ("python", "pkg/sub/m.py", "from . import x", "pkg/sub/x.py"),
    ("python", "pkg/sub/m.py", "from . import something", "pkg/sub/__init__.py"),
    ("python", "pkg/sub/m.py", "from .. import x as y", "pkg/x.py"),
    ("python", "pkg/m.py", "from pkg import (\n    a as b,  # why\n    x,\n)", "pkg/x.py"),
    ("python", "pkg/m.py", "from pkg import a, x", "pkg/x.py"),
    ("python", "pkg/m.py", "import os, pkg.x as y", "pkg/x.py"),
    ("python", "tests/m.py", "import pkg", "src/pkg/__init__.py"),
    ("python", "pkg/sub/m.py", "from ..shapes import Circle", "pkg/shapes.py"),
    ("python", "pkg/sub/m.py", "    from shapes import f", "pkg/shapes.py"),
    ("python", "pkg/sub/m.py", "from pkg.shapes.Circle import x", "pkg/shapes.py"),
    ("typescript", "src/app/m.ts", 'import { a } from "../lib/x";', "src/lib/x.ts"),
    ("typescript", "src/app/m.ts", 'import "../lib";', "src/lib/index.ts"),
    ("javascript", "src/app/m.js", 'const a = require("./near.js")', "src/app/near.js"),
    ("typescript", "src/app/m.ts", 'import {\n  a,\n  b,\n} from "./near.js"', "src/app/near.ts"),
    ("typescript", "src/m.ts", 'import a from "./near.jsx"', "src/near.tsx"),
    ("typescript", "src/m.mts", 'export * from "./near.mjs"', "src/near.mts"),
    ("typescript", "src/m.ts", 'import type { A } from "./types"', "src/types.d.ts"),
    ("typescriptreact", "src/m.tsx", 'const a = await import("./near")', "src/near.ts"),
    ("javascript", "src/m.js", 'import a from "./b"', "src/b/index.tsx"),
    ("ruby", "lib/m.rb", 'require_relative "near"', "lib/near.rb"),
    ("ruby", "lib/a/m.rb", "require_relative '../b/c'", "lib/b/c.rb"),
    ("ruby", "spec/a/m.rb", 'require "a/b"', "lib/a/b.rb"),
    ("rust", "src/a/m.rs", "use super::b::C;", "src/a/b.rs"),
    ("java", "src/test/java/a/m.java", "import a.b.C;", "src/main/java/a/b/C.java"),
    ("c", "src/m.c", '#include "lib/x.h"', "include/lib/x.h"),
    ("c", "src/m.c", '#include "lib/x.h"', "src/lib/x.h"),
    ("cpp", "src/m.cpp", '#  include "x.hpp"', "src/x.hpp"),
    ("java", "src/a/m.java", "import a.b.C;", "src/a/b/C.java"),
    ("java", "src/a/m.java", "import static a.b.C.make;", "src/a/b/C.java"),
    ("csharp", "src/m.cs", "using A.B;", "src/A/B.cs"),
    ("rust", "src/m.rs", "use crate::a::b::{C, D};", "src/a/b.rs"),
    ("rust", "src/m.rs", "pub mod z;", "src/z/mod.rs"),
    ("lua", "m.lua", 'local x = require("a.b")', "a/b.lua"),
]


def imported(text: str, language: str, path: Path, root: Path) -> list[Path]:
    read = Workspace([root]).read
    return imported_files(text, LANGUAGES[language], path, root, read)


@pytest.mark.parametrize(("language", "file", "text", "wanted"), CASES)
def test_an_import_is_found_where_such_modules_are_kept(
    tmp_path: Path, language: str, file: str, text: str, wanted: str
) -> None:
    for name in (file, wanted):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert imported(text, language, tmp_path / file, tmp_path) == [tmp_path / wanted]


def test_what_is_not_there_is_not_imported(tmp_path: Path) -> None:
    text = "import numpy as np\nfrom .gone import x\nfrom .............. import y\nimport m\n"
    (tmp_path / "m.py").touch()
    assert imported(text, "python", tmp_path / "m.py", tmp_path) == []
    assert imported(text, "ruby", tmp_path / "m.py", tmp_path) == []


def test_of_many_imports_the_first_count(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 5):
        (tmp_path / f"a{number}.py").touch()
    text = "\n".join(f"import a{number}" for number in range(MOST_FILES + 5))
    found = imported(text, "python", tmp_path / "m.py", tmp_path)
    assert found == [tmp_path / f"a{number}.py" for number in range(MOST_FILES)]


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b", "\udcff", "/", "..", "../" * 50 + "x", "."])
def test_a_name_that_no_file_can_have_is_not_imported(tmp_path: Path, name: str) -> None:
    (tmp_path / "near.js").touch()
    text = f'import "{name}"; import "./near.js"; require("./near")'
    found = imported(text, "javascript", tmp_path / "m.js", tmp_path)
    assert found == [tmp_path / "near.js"]


ALIASES = """{
  // what this project calls its modules
  "compilerOptions": {
    "target": "es2022", /* no more */
    "paths": {
      "@/*": ["./src/*"],
      "@/lib/*": ["./src/other/*", "./library/*"],
      "config": ["./src/config.ts"],
    },
  },
}
"""


def written(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("@/a", "src/a.ts"),
        ("@/a.js", "src/a.ts"),
        ("@/lib/x", "library/x.ts"),
        ("config", "src/config.ts"),
    ],
)
def test_names_that_a_tsconfig_maps_are_found(tmp_path: Path, name: str, wanted: str) -> None:
    written(tmp_path, **{"tsconfig.json": ALIASES, "src/app/m.ts": "", wanted: "", "a.ts": ""})
    text = f'import {{ a }} from "{name}";'
    assert imported(text, "typescript", tmp_path / "src/app/m.ts", tmp_path) == [tmp_path / wanted]


def test_a_tsconfig_has_what_the_one_it_extends_says(tmp_path: Path) -> None:
    base = '{"compilerOptions": {"baseUrl": "src"}}'
    files = {"base.json": base, "app/tsconfig.json": '{"extends": "../base"}', "src/a/b.ts": ""}
    written(tmp_path, **files)
    found = imported('import "a/b"', "typescript", tmp_path / "app/m.ts", tmp_path)
    assert found == [tmp_path / "src/a/b.ts"]


@pytest.mark.parametrize(
    "config",
    [
        "",
        "{",
        "[]",
        '{"compilerOptions": 1}',
        '{"compilerOptions": {"paths": {"@/*": "src"}}}',
        '{"extends": "./tsconfig.json"}',
        '{"extends": ["", "gone"]}',
    ],
)
def test_a_tsconfig_that_says_nothing_of_use_is_passed_over(tmp_path: Path, config: str) -> None:
    written(tmp_path, **{"tsconfig.json": config, "near.ts": ""})
    text = 'import "@/a"; import "./near";'
    assert imported(text, "typescript", tmp_path / "m.ts", tmp_path) == [tmp_path / "near.ts"]


def test_a_go_package_is_all_its_files_but_the_tests(tmp_path: Path) -> None:
    names = ["cmd/app/main.go", "store/store.go", "store/disk.go", "store/store_test.go"]
    written(
        tmp_path, **dict.fromkeys(names, "package x"), **{"go.mod": "module a.org/x\n\ngo 1.22\n"}
    )
    text = 'package main\n\nimport (\n\t"fmt"\n\tkv "a.org/x/store"\n\t"a.org/xy/store"\n)\n'
    found = imported(text, "go", tmp_path / "cmd/app/main.go", tmp_path)
    assert found == [tmp_path / "store/disk.go", tmp_path / "store/store.go"]
    alone = imported('import "a.org/x/store"', "go", tmp_path / "cmd/app/main.go", tmp_path)
    assert alone == found


def test_of_a_large_go_package_some_files_are_taken(tmp_path: Path) -> None:
    written(tmp_path, **{f"store/{k:02}.go": "" for k in range(30)}, **{"go.mod": "module x"})
    found = imported('import "x/store"', "go", tmp_path / "main.go", tmp_path)
    assert len(found) == MOST_OF_PACKAGE


def test_a_private_file_says_nothing_of_names(tmp_path: Path) -> None:
    files = {"tsconfig.json": ALIASES, ".gitignore": "tsconfig.json\n", "src/a.ts": ""}
    written(tmp_path, **files)
    assert imported('import "@/a"', "typescript", tmp_path / "m.ts", tmp_path) == []


@pytest.mark.timeout(10)
@pytest.mark.parametrize("unit", ['\\"', '"\\', "/* ", ", "])
def test_no_tsconfig_takes_long_to_read(tmp_path: Path, unit: str) -> None:
    written(tmp_path, **{"tsconfig.json": unit * 30_000, "near.ts": ""})
    text = 'import "@/a"; import "./near";'
    assert imported(text, "typescript", tmp_path / "m.ts", tmp_path) == [tmp_path / "near.ts"]
