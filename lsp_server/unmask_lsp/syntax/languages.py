"""The languages Unmask has a row for, and how a document's own is found.

A language without a row is read by rules that do nothing where they do not know. A row with a
grammar is parsed; the others are read by text rules. The rows of the languages that most people
write stand here; all others, and any new one, in brace_languages.py or word_languages.py, by what
ends their blocks.
"""

from dataclasses import replace
from pathlib import PurePosixPath

from unmask_lsp.syntax.brace_languages import BRACE_LANGUAGES
from unmask_lsp.syntax.file_types import tags_of
from unmask_lsp.syntax.language import (
    BLOCK_COMMENT,
    BRACES,
    BRACKETS_CLOSE,
    BRACKETS_OPEN,
    C_OPENS,
    DOTTED_IMPORT,
    LUA_OPENS,
    SHELL_OPENS,
    TAG_OPENS,
    THROWN,
    TODO,
    Language,
)
from unmask_lsp.syntax.word_languages import PROSE, WORD_LANGUAGES
from unmask_lsp.text.uris import split

__all__ = ["LANGUAGES", "PLAIN", "Language", "language_of", "source_endings"]

_INCLUDE = r'^\s*#\s*include\s+"(?P<file>[^"]+)"'
_PYTHON_IMPORT = (
    r"^[ \t]*(?:from[ \t]+(?P<file>[.\w]+)[ \t]+)?import\b[ \t]*(?P<names>\([^)]*\)|[\w .,\t]*)"
)
_QUOTED_IMPORT = (
    r"""\b(?:(?:im|ex)port\b[^;"'`()]*?\bfrom|import\s*\(?|require\()\s*"""
    r"""["'](?P<file>[^"'\n]+)["']"""
)
_C = Language(
    id="c",
    extensions=(".c", ".h"),
    comment="//",
    long_comment=BLOCK_COMMENT,
    opens=C_OPENS,
    empty=BRACES,
    grammar="tree_sitter_c:language",
)
_JAVASCRIPT = replace(
    _C,
    id="javascript",
    names=("js", "js2"),
    extensions=(".js", ".mjs", ".cjs"),
    long_quotes=("`",),
    placeholder=rf"throw new Error\({TODO}\);?",
    grammar="tree_sitter_javascript:language",
    imports=_QUOTED_IMPORT,
)

_ROWS = (
    Language(
        id="python",
        names=("pyi", "cython"),
        extensions=(".py", ".pyi", ".pyw"),
        comment="#",
        long_quotes=('"""', "'''"),
        opens=rf":$|{BRACKETS_OPEN}",
        placeholder=r"pass|\.\.\.|raise NotImplementedError(\(.*\))?",
        grammar="tree_sitter_python:language",
        imports=_PYTHON_IMPORT,
    ),
    replace(_C, imports=_INCLUDE, has_macros=True),
    replace(
        _C,
        id="cpp",
        names=("c++",),
        extensions=(".cc", ".cpp", ".cxx", ".hh", ".hpp"),
        grammar="tree_sitter_cpp:language",
        imports=_INCLUDE,
        has_macros=True,
    ),
    replace(
        _C,
        id="csharp",
        names=("c#", "cs", "c#script"),
        extensions=(".cs",),
        long_quotes=('"""',),
        placeholder=THROWN,
        grammar="tree_sitter_c_sharp:language",
        imports=DOTTED_IMPORT,
    ),
    replace(
        _C,
        id="go",
        unit="\t",
        extensions=(".go",),
        long_quotes=("`",),
        placeholder=rf"panic\({TODO}\)",
        grammar="tree_sitter_go:language",
        imports=r"""^\s*(?:import\s+)?(?:[\w.]+\s+)?"(?P<file>[\w.~/-]+)"\s*$""",
    ),
    replace(
        _C,
        id="java",
        extensions=(".java",),
        long_quotes=('"""',),
        placeholder=THROWN,
        grammar="tree_sitter_java:language",
        imports=DOTTED_IMPORT,
    ),
    _JAVASCRIPT,
    replace(
        _JAVASCRIPT,
        id="javascriptreact",
        names=("jsx", "rjsx", "javascript.jsx"),
        extensions=(".jsx",),
        opens=f"{C_OPENS}|{TAG_OPENS}",
        query="javascript",
    ),
    replace(
        _C,
        id="rust",
        extensions=(".rs",),
        quotes='"',
        placeholder=r"(todo|unimplemented)!\(.*\);?",
        grammar="tree_sitter_rust:language",
        imports=r"^\s*(?:pub\s+)?(?:use|mod)\s+(?P<file>[\w:]+)",
    ),
    replace(
        _JAVASCRIPT,
        id="typescript",
        names=("ts",),
        extensions=(".ts", ".mts", ".cts"),
        grammar="tree_sitter_typescript:language_typescript",
        tags="tree_sitter_javascript",
    ),
    replace(
        _JAVASCRIPT,
        id="typescriptreact",
        names=("tsx", "typescript.tsx"),
        extensions=(".tsx",),
        opens=f"{C_OPENS}|{TAG_OPENS}",
        grammar="tree_sitter_typescript:language_tsx",
        tags="tree_sitter_javascript",
    ),
    Language(
        id="css",
        extensions=(".css",),
        long_comment=BLOCK_COMMENT,
        empty=BRACES,
        grammar="tree_sitter_css:language",
    ),
    Language(
        id="html",
        names=("mhtml", "xhtml", "web", "django-html", "htmldjango", "jinja-html"),
        extensions=(".html", ".htm"),
        long_comment=("<!--", "-->"),
        quotes='"',
        opens=TAG_OPENS,
        closes=r"</[\w-]*>?",
        grammar="tree_sitter_html:language",
    ),
    Language(
        id="json",
        names=("jsonld", "geojson"),
        extensions=(".json",),
        quotes='"',
        grammar="tree_sitter_json:language",
    ),
    Language(
        id="jsonc",
        names=("json5",),
        extensions=(".jsonc",),
        comment="//",
        long_comment=BLOCK_COMMENT,
        quotes='"',
        grammar="tree_sitter_json:language",
        query="json",
    ),
    Language(
        id="lua",
        extensions=(".lua",),
        comment="--",
        long_comment=("--[[", "]]"),
        opens=LUA_OPENS,
        closes=rf"{BRACKETS_CLOSE}|(end|until)\b",
        placeholder=rf"error\({TODO}\)",
        empty=r"(?:\bthen|\bdo|\bfunction\b[^()\n]*\([^()\n]*\))(\s+)end\b",
        grammar="tree_sitter_lua:language",
        imports=r"""\brequire\s*\(?\s*["'](?P<file>[\w./-]+)["']""",
    ),
    Language(
        id="shellscript",
        names=("sh", "bash", "zsh", "shell", "ksh", "ash", "dash", "bats"),
        extensions=(".sh", ".bash", ".zsh"),
        comment="#",
        opens=SHELL_OPENS,
        closes=rf"{BRACKETS_CLOSE}|(fi|done|esac)\b|;;",
        placeholder=r":",
        grammar="tree_sitter_bash:language",
    ),
    Language(
        id="toml",
        names=("conf-toml",),
        extensions=(".toml",),
        comment="#",
        long_quotes=('"""', "'''"),
        grammar="tree_sitter_toml:language",
    ),
    Language(
        id="yaml",
        names=("dockercompose", "github-actions-workflow", "ansible", "yaml.docker-compose"),
        extensions=(".yaml", ".yml"),
        comment="#",
        opens=r"[:|>]$|^\s*-$",
        grammar="tree_sitter_yaml:language",
    ),
)

LANGUAGES: dict[str, Language] = {
    row.id: row for row in (*_ROWS, *BRACE_LANGUAGES, *WORD_LANGUAGES, *PROSE)
}
PLAIN = LANGUAGES["plaintext"]

_BY_NAME = {name: row for row in LANGUAGES.values() for name in (row.id, *row.names)}
_BY_ENDING = {ending: row for row in LANGUAGES.values() for ending in row.extensions}
_OPENS = rf"{BRACKETS_OPEN}|[:=]$|[-=]>$|\b(do|then|else|of|where|begin)$"
"""What opens a body in most languages; no harm is done where it opens none."""


def language_of(name: str, uri: str = "", first_line: str = "") -> Language:
    """The row of a language id; of a file's name or first line where the id says nothing.

    Code without a row gets one that knows nothing of it.
    """
    if name in _BY_NAME and _BY_NAME[name] is not PLAIN:
        return _BY_NAME[name]
    ending = PurePosixPath(split(uri).path).suffix.lower()
    tags = tags_of(uri, first_line)
    row = _BY_ENDING.get(ending) or next((_BY_NAME[tag] for tag in tags if tag in _BY_NAME), None)
    is_named = name and name not in _BY_NAME
    own_name = name if is_named else next(iter(tags), "")
    if row or not own_name:
        return row or PLAIN
    return Language(id=own_name, quotes="", opens=_OPENS)


def source_endings() -> frozenset[str]:
    """The endings of all files that are known to be code."""
    return frozenset(_BY_ENDING) - frozenset(PLAIN.extensions)
