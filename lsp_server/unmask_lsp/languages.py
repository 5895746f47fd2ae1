"""What the text half knows of each language: one row a language.

A language without a row is plain text, and everything still works. A row with a grammar is parsed;
the others are read by text rules.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit


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
    opens: tuple[str, ...] = ("{", "(", "[")
    """Endings of a line whose body is on the next lines."""
    quotes: str = "\"'"
    """Characters that open and close a string."""
    grammar: str = ""
    """Module of the tree-sitter grammar; empty for text rules only."""


PLAIN = Language(id="plaintext", opens=(), quotes="")


def _c_like(name: str, *extensions: str, quotes: str = "\"'") -> Language:
    return Language(
        id=name, extensions=extensions, comment="//", long_comment=("/*", "*/"), quotes=quotes
    )


_ROWS = (
    Language(
        id="python",
        extensions=(".py", ".pyi", ".pyw"),
        comment="#",
        opens=(":", "(", "[", "{"),
        grammar="tree_sitter_python",
    ),
    _c_like("c", ".c", ".h"),
    _c_like("cpp", ".cc", ".cpp", ".cxx", ".hh", ".hpp"),
    _c_like("csharp", ".cs"),
    _c_like("go", ".go", quotes="\"'`"),
    _c_like("java", ".java"),
    _c_like("javascript", ".js", ".mjs", ".cjs", quotes="\"'`"),
    _c_like("javascriptreact", ".jsx", quotes="\"'`"),
    _c_like("kotlin", ".kt", ".kts"),
    _c_like("php", ".php"),
    _c_like("rust", ".rs", quotes='"'),
    _c_like("swift", ".swift", quotes='"'),
    _c_like("typescript", ".ts", ".mts", ".cts", quotes="\"'`"),
    _c_like("typescriptreact", ".tsx", quotes="\"'`"),
    Language(id="css", extensions=(".css",), long_comment=("/*", "*/")),
    Language(id="html", extensions=(".html", ".htm"), opens=(">",), long_comment=("<!--", "-->")),
    Language(id="json", extensions=(".json",), quotes='"'),
    Language(id="lua", extensions=(".lua",), comment="--", opens=("then", "do", "else", ")", "{")),
    Language(id="ruby", extensions=(".rb",), comment="#", opens=("do", "then", "|", "{", "(")),
    Language(
        id="shellscript",
        extensions=(".sh", ".bash", ".zsh"),
        comment="#",
        opens=("then", "do", "else", "{", "("),
    ),
    Language(id="toml", extensions=(".toml",), comment="#", opens=("[",)),
    Language(id="yaml", extensions=(".yaml", ".yml"), comment="#", opens=(":", "-", "|")),
)

LANGUAGES: dict[str, Language] = {row.id: row for row in _ROWS}


def language_of(name: str, uri: str = "") -> Language:
    """The row of a language id, else of the file's ending, else plain text."""
    if row := LANGUAGES.get(name):
        return row
    ending = PurePosixPath(urlsplit(uri).path).suffix.lower()
    return next((row for row in LANGUAGES.values() if ending in row.extensions), PLAIN)
