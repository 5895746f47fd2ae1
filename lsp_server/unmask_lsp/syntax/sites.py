"""Who reads a language: its grammar where it has one on this machine, else text rules."""

from functools import cache
from importlib.util import find_spec

from unmask_lsp.syntax.language import Language
from unmask_lsp.syntax.text_syntax import Fit, Site, TextSyntax, last_line
from unmask_lsp.syntax.tree_syntax import TreeSyntax

__all__ = ["Fit", "Site", "TextSyntax", "TreeSyntax", "last_line", "syntax_of"]


@cache
def syntax_of(language: Language) -> TextSyntax:
    """The best reader there is for a language."""
    if language.grammar and find_spec(language.grammar.partition(":")[0]):
        return TreeSyntax(language)
    return TextSyntax(language)
