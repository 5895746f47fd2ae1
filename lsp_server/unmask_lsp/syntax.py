"""What a piece of source is around the cursor: parsed where the language has a grammar, else read.

`TextSyntax` needs no grammar and never fails; `TreeSyntax` asks tree-sitter first. Both see only
the window they are given, so that their cost does not grow with the file.
"""

from enum import StrEnum
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Query, QueryCursor

from unmask_lsp import lexing
from unmask_lsp.indentation import depth
from unmask_lsp.languages import Language
from unmask_lsp.lexing import Kind

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


class TextSyntax:
    """Text rules; enough for any language."""

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
        return lexing.inside(left, self.language)

    def errors(self, text: str) -> int:
        """How many places of the text break the grammar; 0 where there is no grammar."""
        return 0

    def opens(self, line: str) -> bool:
        """Whether the lines after this one are its body."""
        code = line
        for lexeme in lexing.lexemes(line, self.language):
            if lexeme.kind is Kind.COMMENT:
                code = line[: lexeme.start]
        return code.rstrip().endswith(self.language.opens)

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


class TreeSyntax(TextSyntax):
    """A tree-sitter grammar, with text rules where the code is too broken to parse."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        grammar = Grammar(import_module(language.grammar).language())
        query = resources.files("unmask_lsp").joinpath("queries", f"{language.id}.scm")
        self._parser = Parser(grammar)
        self._insides = Query(grammar, query.read_text())
        self._errors = Query(grammar, "(ERROR) @error (MISSING) @error")

    def inside(self, left: str, right: str) -> Kind | None:
        """STRING or COMMENT if the cursor is in one, None if it is in code."""
        root = self._parse(left + right)
        cursor = len(_utf8(left))
        search = QueryCursor(self._insides)
        search.set_byte_range(max(0, cursor - 1), cursor + 1)
        around = [
            (node.end_byte - node.start_byte, name)
            for name, nodes in search.captures(root).items()
            for node in nodes
            if node.start_byte < cursor < node.end_byte + (name == "comment")
        ]
        if around:
            name = min(around)[1]
            return Kind(name) if name in ("string", "comment") else None
        return super().inside(left, right) if root.has_error else None

    def errors(self, text: str) -> int:
        """How many places of the text break the grammar."""
        root = self._parse(text)
        if not root.has_error:
            return 0
        return len(QueryCursor(self._errors).captures(root).get("error", ()))

    def _parse(self, text: str) -> Node:
        return self._parser.parse(_utf8(text)).root_node


@cache
def syntax_of(language: Language) -> TextSyntax:
    """The best reader there is for a language on this machine."""
    if language.grammar and find_spec(language.grammar):
        return TreeSyntax(language)
    return TextSyntax(language)


def last_line(text: str) -> str:
    """The last line that is not blank; empty if there is none."""
    return text.rstrip().rpartition("\n")[2]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
