"""Brackets of a block that goes between two texts: it closes only what it may close.

An opening bracket that the left leaves open belongs to the right if the right closes it, and to
the block otherwise. Brackets in strings and comments do not count.
"""

from itertools import takewhile

from unmask_lsp.syntax.languages import Language
from unmask_lsp.syntax.lexing import CLOSER_OF, Kind, Lexeme, lexemes


def balanced(left: str, block: str, right: str, language: Language) -> str:
    """The block up to the first bracket that closes too much, with its own last line closed."""
    start, end = len(left), len(left) + len(block)
    brackets = [mark for mark in lexemes(left + block + right, language) if mark.is_bracket]
    outer, _ = _unmatched([mark for mark in brackets if mark.start < start])
    _, wanted = _unmatched([mark for mark in brackets if mark.start >= end])
    own = [mark for mark in brackets if start <= mark.start < end]
    kept = len(wanted) - _paired(_unmatched(own)[0], wanted)
    inner: list[Lexeme] = []
    for mark in own:
        if mark.kind is Kind.OPENER:
            inner.append(mark)
        elif inner and CLOSER_OF[inner[-1].text] == mark.text:
            inner.pop()
        elif not inner and len(outer) > max(0, kept) and CLOSER_OF[outer[-1].text] == mark.text:
            outer.pop()
        else:
            return block[: mark.start - start].rstrip()
    if len(wanted) > len(outer):
        return block  # the right closes what the block opened
    return block + _missing(block, inner, start + block.rfind("\n") + 1)


def alone(text: str, language: Language) -> int:
    """How many brackets of a text have no partner."""
    openers, closers = _unmatched([mark for mark in lexemes(text, language) if mark.is_bracket])
    return len(openers) + len(closers)


def _unmatched(brackets: list[Lexeme]) -> tuple[list[Lexeme], list[Lexeme]]:
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


def _paired(openers: list[Lexeme], closers: list[Lexeme]) -> int:
    """How many of a block's openers the right closes, the last one first, each with its kind."""
    pairs = zip(reversed(openers), closers, strict=False)
    return sum(1 for _ in takewhile(lambda pair: CLOSER_OF[pair[0].text] == pair[1].text, pairs))


def _missing(block: str, open_marks: list[Lexeme], last_line: int) -> str:
    """Closers for what the block's last line opened; a line that just opens a body stays open."""
    if not open_marks or open_marks[0].start < last_line or block.endswith(tuple(CLOSER_OF)):
        return ""
    return "".join(CLOSER_OF[mark.text] for mark in reversed(open_marks))
