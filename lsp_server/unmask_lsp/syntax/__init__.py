"""What code is around a place: languages, trees, brackets, imports.

Knows nothing of suggestions.
"""

__all__ = [
    "brackets",
    "embedded",
    "imports",
    "languages",
    "lexing",
    "outline",
    "syntax_choice",
    "text_syntax",
]
