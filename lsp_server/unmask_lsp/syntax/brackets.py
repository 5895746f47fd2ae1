"""Brackets of a block: which close what the block did not open, and which it leaves open."""

from collections.abc import Iterable, Sequence

from unmask_lsp.syntax.language import Language
from unmask_lsp.syntax.lexing import CLOSER_OF, Kind, Lexeme, lexemes


def unmatched(brackets: Iterable[Lexeme]) -> tuple[list[Lexeme], list[Lexeme]]:
    """Openers and closers without a partner, in order."""
    openers: list[Lexeme] = []
    closers: list[Lexeme] = []
    for mark in brackets:
        if mark.kind is Kind.OPENER:
            openers.append(mark)
        elif openers and CLOSER_OF[openers[-1].text] == mark.text:
            openers.pop()
        else:
            closers.append(mark)
    return openers, closers


def closers_of(openers: Sequence[Lexeme]) -> str:
    """What closes brackets that stand open."""
    return "".join(CLOSER_OF[mark.text] for mark in reversed(openers))


def alone(text: str, language: Language) -> int:
    """How many brackets of a text have no partner, as far as text rules tell."""
    openers, closers = unmatched(mark for mark in lexemes(text, language) if mark.is_bracket)
    return len(openers) + len(closers)
