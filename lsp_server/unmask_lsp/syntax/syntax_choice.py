"""How a language is read: by its grammar where that is on this machine, else by text rules."""

from functools import cache
from importlib.util import find_spec

from unmask_lsp.syntax.language import Language
from unmask_lsp.syntax.text_syntax import TextSyntax
from unmask_lsp.syntax.tree_syntax import TreeSyntax


@cache
def syntax_of(language: Language) -> TextSyntax:
    """The best rules there are for a language here."""
    if language.grammar and find_spec(language.grammar.partition(":")[0]):
        return TreeSyntax(language)
    return TextSyntax(language)
