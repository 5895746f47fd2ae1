"""What a piece of source is around the cursor, read by rules that need no grammar and never fail.

Only the window is seen, so that the cost does not grow with the file.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from unmask_lsp.syntax import lexing
from unmask_lsp.syntax.brackets import alone, unmatched
from unmask_lsp.syntax.language import BRACKETS_CLOSE, Language
from unmask_lsp.syntax.lexing import Kind, Lexeme
from unmask_lsp.text.indentation import depth

_AFTER_CURSOR = " \t)]};:,\"'`"


class Site(StrEnum):
    """Where in the code the cursor is; it decides how much is asked for and where it must end."""

    REST_OF_LINE = "rest of line"
    """Code on the left of its line; nothing but closing characters on the right."""
    MIDDLE_OF_LINE = "middle of line"
    """Code on the right of its line."""
    NEW_BLOCK = "new block"
    """A blank line, or the start of one."""
    BODY = "body"
    """A blank line under one that opens a body with nothing in it yet."""
    COMMENT = "comment"
    """In a comment."""
    STRING = "string"
    """In a string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a block goes with what is around it."""

    fault: int | None = None
    """The first character of the block from which on nothing can go on; None if there is none."""
    joins: bool = True
    """Whether the rest of the block's last line can follow it."""
    errors: int = 0
    """Errors in all the text, once what it opens is closed: it may close what others need."""
    is_open: bool = False
    """Whether it opens brackets that nobody closes."""
    unfinished: int = 0
    """Errors that are there with it only, if nobody goes on writing."""

    @property
    def cost(self) -> tuple[bool, bool, int]:
        """What is less is better."""
        return self.fault is not None, not self.joins, self.errors


class TextSyntax:
    """Text rules; enough for any language."""

    has_grammar = False
    """Whether what it says of a place is more than a guess."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def site(self, left: str, right: str) -> Site:
        """Where the cursor between `left` and `right` is."""
        if kind := self.inside(left, right):
            return Site.COMMENT if kind is Kind.COMMENT else Site.STRING
        if left.rpartition("\n")[2].strip():
            closed = not right.partition("\n")[0].strip(_AFTER_CURSOR)
            return Site.REST_OF_LINE if closed else Site.MIDDLE_OF_LINE
        return Site.BODY if self._is_empty_below(left, right) else Site.NEW_BLOCK

    def inside(self, left: str, right: str) -> Kind | None:
        """STRING or COMMENT if the cursor is in one, None if it is in code."""
        return None if self.language.is_prose else lexing.inside(left, self.language)

    def opened(self, left: str, right: str) -> str:
        """The string or comment around the cursor, from its start to the cursor."""
        *_, last = [Lexeme(Kind.STRING, 0, ""), *lexing.lexemes(left, self.language)]
        return last.text

    def fit(self, left: str, block: str, right: str) -> Fit:
        """How a block goes with what is around it: whether brackets have their partners still."""
        if not self.knows_brackets:
            return self._fit_on_line(left, block, right)
        added = alone(left + block + right, self.language) - alone(left + right, self.language)
        openers, _ = unmatched(self.brackets(left, block, right))
        return Fit(errors=0 if openers else max(0, added))

    def _fit_on_line(self, left: str, block: str, right: str) -> Fit:
        """The same where a bracket may be anything: only what closes the line's own twice."""
        before, rest = left.rpartition("\n")[2], right.partition("\n")[0]
        added = alone(before + block + rest, self.language) - alone(before + rest, self.language)
        return Fit(joins=not (rest.strip() and block.rstrip().endswith(rest[0]) and added > 0))

    @property
    def knows_brackets(self) -> bool:
        """Whether a bracket can be told from one in a string."""
        return self.language.has_known_strings

    def brackets(self, left: str, block: str, right: str) -> list[Lexeme]:
        """The block's brackets, each with its place in the block."""
        start, end = len(left), len(left) + len(block)
        found = lexing.lexemes(left + block + right, self.language)
        return [
            Lexeme(mark.kind, mark.start - start, mark.text)
            for mark in found
            if mark.is_bracket and start <= mark.start < end
        ]

    def errors(self, text: str) -> int:
        """How many places of the text break the grammar; 0 where there is no grammar."""
        return 0

    def is_unfinished(self, left: str, block: str, right: str) -> bool:
        """Whether a block breaks the grammar by ending where it does."""
        return False

    def lacks_body(self, left: str, right: str) -> bool:
        """Whether the last line of `left` opens a body that the grammar wants and nobody wrote."""
        return False

    def reach(self, left: str, block: str, right: str) -> int:
        """How many of the block's characters are surely in its first line's scope or statement."""
        return 0

    def opens(self, line: str) -> bool:
        """Whether the lines after this one are its body."""
        code = line
        for lexeme in lexing.lexemes(line, self.language):
            if lexeme.kind is Kind.COMMENT:
                code = line[: lexeme.start]
        return re.search(self.language.opens, code.rstrip()) is not None

    def closes(self, line: str) -> bool:
        """Whether the line starts with the end of a body that began further up."""
        return re.match(BRACKETS_CLOSE, line.lstrip()) is not None

    def header(self, left: str) -> str:
        """The line on which the last line began: brackets may have carried it on."""
        text = left.rstrip()
        start = end = text.rfind("\n") + 1
        openers: list[int] = []
        for mark in lexing.lexemes(text, self.language):
            if mark.kind is Kind.OPENER:
                openers.append(mark.start)
            elif mark.kind is Kind.CLOSER and openers:
                opener = openers.pop()
                start = min(start, opener) if mark.start >= end else start
        return text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0]

    def _is_empty_below(self, left: str, right: str) -> bool:
        lines = (left.rpartition("\n")[2] + right).split("\n")
        below = next((line for line in lines if line.strip()), "")
        return self.opens(last_line(left)) and depth(below) <= depth(self.header(left))


def last_line(text: str) -> str:
    """The last line that is not blank; empty if there is none."""
    return text.rstrip().rpartition("\n")[2]
