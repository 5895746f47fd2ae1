"""Strings, comments and brackets of a text, by one regular expression a language.

Good enough to match brackets and to know what the cursor is inside of, in any language and in
broken code; it knows no grammar. An unclosed string ends with its line, a long one with the text.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from unmask_lsp.syntax.language import Language

_NO_COMMENT = {"#": r"(?<![\w${#])"}
"""What makes something else of what looks like a comment: `$#`, `${#a}`."""
CLOSER_OF = {"(": ")", "[": "]", "{": "}"}


class Kind(StrEnum):
    """What a piece of text is."""

    STRING = "string"
    COMMENT = "comment"
    LONG_COMMENT = "long_comment"
    OPENER = "opener"
    CLOSER = "closer"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A string, a comment or a bracket."""

    kind: Kind
    start: int
    """First character."""
    text: str
    """Its characters, quotes and markers included."""

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + len(self.text)

    @property
    def is_bracket(self) -> bool:
        """Whether it opens or closes."""
        return self.kind in (Kind.OPENER, Kind.CLOSER)


def lexemes(text: str, language: Language) -> Iterator[Lexeme]:
    """Strings, comments and brackets in order, none inside another."""
    for match in _pattern(language).finditer(text):
        kind = Kind(match.lastgroup or "")
        yield Lexeme(kind, match.start(), match.group())


def inside(left: str, language: Language) -> Kind | None:
    """Whether text that follows `left` is inside a string or a comment; None for code."""
    last = next(iter(deque(lexemes(left, language), maxlen=1)), None)
    if last is None or last.end < len(left):
        return None
    if last.kind is Kind.COMMENT:
        return Kind.COMMENT
    if last.kind is Kind.LONG_COMMENT:
        return None if last.text.endswith(language.long_comment[1]) else Kind.COMMENT
    is_open = last.kind is Kind.STRING and not _is_closed(last.text, language)
    return Kind.STRING if is_open else None


def _is_closed(string: str, language: Language) -> bool:
    quote = next(filter(string.startswith, language.long_quotes), string[0])
    body = string[len(quote) :]
    content = body.removesuffix(quote)
    escapes = len(content) - len(content.rstrip("\\"))
    return content != body and escapes % 2 == 0


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    parts = []
    if language.long_comment[0]:
        opener, closer = map(re.escape, language.long_comment)
        parts.append(rf"(?P<long_comment>(?s:{opener}.*?(?:{closer}|\Z)))")
    if mark := language.comment:
        parts.append(rf"(?P<comment>{_NO_COMMENT.get(mark, '')}{re.escape(mark)}[^\n]*)")
    long = [rf"(?s:{quote}(?:\\.|[^\\])*?(?:{quote}|\Z))" for quote in language.long_quotes]
    short = [rf"{quote}(?:\\.|[^\\{quote}\n])*{quote}?" for quote in language.quotes]
    if long or short:
        parts.append(rf"(?P<string>{'|'.join([*long, *short])})")
    return re.compile("|".join([*parts, r"(?P<opener>[(\[{])", r"(?P<closer>[)\]}])"]))
