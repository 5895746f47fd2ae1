"""Loads the tree-sitter grammar of a language, and the query that finds what Unmask asks for.

Which grammar that is, the language's row says. A new language gets its row in brace_languages.py
or word_languages.py; languages.py has those that most people write.

The query's captures: `@comment`, `@string` and `@code`, what the cursor may be inside of;
`@scope`, a scope that starts with its first statement; `@bodiless`, a body that nobody wrote; and
`@error`, what breaks a program though the grammar takes it. A language without a file in queries/
gets what the names of its grammar's nodes tell.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module, resources

from tree_sitter import Language as Grammar
from tree_sitter import Query

from unmask_lsp.syntax.language import Language

_LOOP = re.compile(
    rb"^[ \t]+((?:[A-Z][A-Z0-9_]{2,}|\w*(?i:for_?each)\w*)[ \t]*\([^;{}\n]*\))(?=[ \t]*\{)",
    re.MULTILINE,
)
_STATEMENT = re.compile(
    rb"(?:\A|[;{}:\n][ \t]*\n)[ \t]*([A-Z][A-Z0-9_]{2,}(?:[ \t]*\([^;{}\n]*\))?)[ \t]*"
    rb"(?=\n(?!\s*\{))"
)
"""A macro on a line of its own, below a line that is finished."""
_ERRORS = "(ERROR) @error (MISSING) @error\n"
_NAMES = (
    ("comment", re.compile(r"comment")),
    ("string", re.compile(r"string(?!_?type)|char\w*_literal|heredoc_body|regex$|charlist|sigil$")),
    ("code", re.compile(r"interpolation|substitution|embedded_expression")),
)


def grammar_of(language: Language) -> Grammar:
    """Load the grammar that a language's row names."""
    module, _, function = language.grammar.partition(":")
    with warnings.catch_warnings():  # older wheels give a number where a capsule is wanted now
        warnings.simplefilter("ignore", DeprecationWarning)
        return Grammar(getattr(import_module(module), function)())


def query_of(language: Language, grammar: Grammar) -> Query:
    """What is asked of a language's trees."""
    name = f"{language.query or language.id}.scm"
    file = resources.files("unmask_lsp.syntax") / "queries" / name
    own = file.read_text(encoding="utf-8") if file.is_file() else "\n".join(_by_name(grammar))
    return Query(grammar, _ERRORS + own)


def _by_name(grammar: Grammar) -> Iterator[str]:
    for number in range(grammar.node_kind_count):
        kind = grammar.node_kind_for_id(number)
        if not kind or not grammar.node_kind_is_named(number):
            continue
        if not grammar.node_kind_is_visible(number):
            continue
        for capture, pattern in _NAMES:
            if pattern.search(kind):
                yield f"({kind}) @{capture}"


def readable_by(language: Language) -> Callable[[bytes], bytes]:
    """What makes a text one that its grammar can read, each byte at its place."""
    return _without_macros if language.has_macros else bytes


def _without_macros(source: bytes) -> bytes:
    """Blanks instead of macros of C that stand for a statement or the head of a loop.

    What a macro stands for is written elsewhere, so a grammar takes `Q_OBJECT` for half a
    declaration, and `LIST_FOREACH(a, b, c) {` for a call without its semicolon.
    """
    return _STATEMENT.sub(_blanks, _LOOP.sub(_blanks, source))


def _blanks(found: re.Match[bytes]) -> bytes:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return found[0][:start] + b" " * (end - start) + found[0][end:]
