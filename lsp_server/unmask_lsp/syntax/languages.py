"""What the text half knows of each language: one row a language.

A language without a row is plain text, and everything still works. A row with a grammar is parsed;
the others are read by text rules.
"""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

BRACKETS_OPEN = r"[({\[]$"
BRACKETS_CLOSE = r"[)}\]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How a language looks, as far as completing it needs to know."""

    id: str
    """LSP's language id."""
    extensions: tuple[str, ...] = ()
    """File name endings, with the dot."""
    comment: str = ""
    """What starts a comment that runs to the end of the line; empty if nothing does."""
    long_comment: tuple[str, str] = ("", "")
    """What starts and ends a comment of any length; empty if nothing does."""
    quotes: str = "\"'"
    """Characters that open and close a string on one line."""
    long_quotes: tuple[str, ...] = ()
    """What opens and closes a string of any length."""
    opens: str = BRACKETS_OPEN
    """A regular expression found in the code of a line whose body is on the next lines."""
    closes: str = BRACKETS_CLOSE
    """A regular expression of what ends a body; words need a grammar to tell whose body it is."""
    placeholder: str = r"(?!)"
    """A regular expression of a statement that stands where a body is still to be written."""
    empty: str = r"(?!)"
    """A regular expression of a body with nothing in it; its first group is where a block goes."""
    grammar: str = ""
    """The function that gives the tree-sitter grammar, "module:name"; empty for text rules only."""
    query: str = ""
    """The file in queries/, if it is not named after the id."""
    tags: str = ""
    """A module with a grammar whose tag query is good for this one too."""
    imports: str = ""
    """A regular expression of an import; its group `file` names a file or a module, its group
    `names`, if it has one, what is taken of that, or several modules."""


PLAIN = Language(id="plaintext", opens=r"(?!)", quotes="")

_BLOCK_COMMENT = ("/*", "*/")
_C_OPENS = rf"{BRACKETS_OPEN}|=>$|^\s*(case\b.*|default|public|private|protected)\s*:$"
_SHELL_OPENS = rf"{BRACKETS_OPEN}|\b(then|do|else|in)$|^\s*[^\s()]+\)$"
_LUA_OPENS = rf"{BRACKETS_OPEN}|\b(then|do|else|repeat)$|\bfunction\b[^()]*\([^()]*\)$"
_TAG_OPENS = r"<(?!(?:br|hr|img|input|link|meta)\b)[A-Za-z][^<>]*(?<!/)>$"
_TODO = r"\W*(?i:to-?do|not[ _]implemented|unimplemented)\b.*"
_THROWN = r"throw new \w*(NotImplemented|UnsupportedOperation|NotSupported)\w*\(.*\);"
_BRACES = r"(?:\)\s*|[>\]]\s*|\b(?!return\b)\w+\s+)\{(\s*)\}"
_INCLUDE = r'^\s*#\s*include\s+"(?P<file>[^"]+)"'
_DOTTED_IMPORT = r"^\s*(?:import|using)\s+(?:static\s+)?(?P<file>[\w.]+)"
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
    long_comment=_BLOCK_COMMENT,
    opens=_C_OPENS,
    empty=_BRACES,
    grammar="tree_sitter_c:language",
)
_JAVASCRIPT = replace(
    _C,
    id="javascript",
    extensions=(".js", ".mjs", ".cjs"),
    long_quotes=("`",),
    placeholder=rf"throw new Error\({_TODO}\);?",
    grammar="tree_sitter_javascript:language",
    imports=_QUOTED_IMPORT,
)

_ROWS = (
    Language(
        id="python",
        extensions=(".py", ".pyi", ".pyw"),
        comment="#",
        long_quotes=('"""', "'''"),
        opens=rf":$|{BRACKETS_OPEN}",
        placeholder=r"pass|\.\.\.|raise NotImplementedError(\(.*\))?",
        grammar="tree_sitter_python:language",
        imports=_PYTHON_IMPORT,
    ),
    replace(_C, imports=_INCLUDE),
    replace(
        _C,
        id="cpp",
        extensions=(".cc", ".cpp", ".cxx", ".hh", ".hpp"),
        grammar="tree_sitter_cpp:language",
        imports=_INCLUDE,
    ),
    replace(
        _C,
        id="csharp",
        extensions=(".cs",),
        long_quotes=('"""',),
        placeholder=_THROWN,
        grammar="tree_sitter_c_sharp:language",
        imports=_DOTTED_IMPORT,
    ),
    replace(
        _C,
        id="go",
        extensions=(".go",),
        long_quotes=("`",),
        placeholder=rf"panic\({_TODO}\)",
        grammar="tree_sitter_go:language",
        imports=r"""^\s*(?:import\s+)?(?:[\w.]+\s+)?"(?P<file>[\w.~/-]+)"\s*$""",
    ),
    replace(
        _C,
        id="java",
        extensions=(".java",),
        long_quotes=('"""',),
        placeholder=_THROWN,
        grammar="tree_sitter_java:language",
        imports=_DOTTED_IMPORT,
    ),
    _JAVASCRIPT,
    replace(
        _JAVASCRIPT,
        id="javascriptreact",
        extensions=(".jsx",),
        opens=f"{_C_OPENS}|{_TAG_OPENS}",
        query="javascript",
    ),
    replace(
        _C,
        id="kotlin",
        extensions=(".kt", ".kts"),
        long_quotes=('"""',),
        placeholder=r"TODO\(.*\)",
        grammar="",
        imports=_DOTTED_IMPORT,
    ),
    replace(_C, id="php", extensions=(".php",), grammar=""),
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
        _C,
        id="swift",
        extensions=(".swift",),
        quotes='"',
        long_quotes=('"""',),
        placeholder=rf"fatalError\({_TODO}\)",
        grammar="",
    ),
    replace(
        _JAVASCRIPT,
        id="typescript",
        extensions=(".ts", ".mts", ".cts"),
        grammar="tree_sitter_typescript:language_typescript",
        tags="tree_sitter_javascript",
    ),
    replace(
        _JAVASCRIPT,
        id="typescriptreact",
        extensions=(".tsx",),
        opens=f"{_C_OPENS}|{_TAG_OPENS}",
        grammar="tree_sitter_typescript:language_tsx",
        tags="tree_sitter_javascript",
    ),
    Language(
        id="css",
        extensions=(".css",),
        long_comment=_BLOCK_COMMENT,
        empty=_BRACES,
        grammar="tree_sitter_css:language",
    ),
    Language(
        id="html",
        extensions=(".html", ".htm"),
        long_comment=("<!--", "-->"),
        quotes='"',
        opens=_TAG_OPENS,
        closes=r"</[\w-]*>?",
        grammar="tree_sitter_html:language",
    ),
    Language(id="json", extensions=(".json",), quotes='"', grammar="tree_sitter_json:language"),
    Language(
        id="jsonc",
        extensions=(".jsonc",),
        comment="//",
        long_comment=_BLOCK_COMMENT,
        quotes='"',
        grammar="tree_sitter_json:language",
        query="json",
    ),
    Language(
        id="lua",
        extensions=(".lua",),
        comment="--",
        long_comment=("--[[", "]]"),
        opens=_LUA_OPENS,
        closes=rf"{BRACKETS_CLOSE}|(end|until)\b",
        placeholder=rf"error\({_TODO}\)",
        empty=r"(?:\bthen|\bdo|\bfunction\b[^()\n]*\([^()\n]*\))(\s+)end\b",
        grammar="tree_sitter_lua:language",
        imports=r"""\brequire\s*\(?\s*["'](?P<file>[\w./-]+)["']""",
    ),
    Language(
        id="ruby",
        extensions=(".rb",),
        comment="#",
        opens=rf"{BRACKETS_OPEN}|\b(do|then|else)$|\|$|^\s*(def|class|module|if|unless|while)\b",
        placeholder=r"raise NotImplementedError.*",
        imports=r"""^\s*require(?:_relative)?\s*\(?\s*["'](?P<file>[\w./-]+)["']""",
    ),
    Language(
        id="shellscript",
        extensions=(".sh", ".bash", ".zsh"),
        comment="#",
        opens=_SHELL_OPENS,
        closes=rf"{BRACKETS_CLOSE}|(fi|done|esac)\b|;;",
        placeholder=r":",
        grammar="tree_sitter_bash:language",
    ),
    Language(
        id="toml",
        extensions=(".toml",),
        comment="#",
        long_quotes=('"""', "'''"),
        grammar="tree_sitter_toml:language",
    ),
    Language(
        id="yaml",
        extensions=(".yaml", ".yml"),
        comment="#",
        opens=r"[:|>]$|^\s*-$",
        grammar="tree_sitter_yaml:language",
    ),
)

LANGUAGES: dict[str, Language] = {row.id: row for row in _ROWS}


def language_of(name: str, uri: str = "") -> Language:
    """The row of a language id, else of the file's ending, else plain text."""
    if row := LANGUAGES.get(name):
        return row
    ending = PurePosixPath(urlsplit(uri).path).suffix.lower()
    return next((row for row in LANGUAGES.values() if ending in row.extensions), PLAIN)
