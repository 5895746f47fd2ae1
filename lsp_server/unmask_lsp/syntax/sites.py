"""What a piece of source is around the cursor: parsed where the language has a grammar, else read.

`TextSyntax` needs no grammar and never fails; `TreeSyntax` asks tree-sitter first. Both see only
the window they are given, so that their cost does not grow with the file.
"""

import re
from enum import StrEnum
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec

from tree_sitter import Language as Grammar
from tree_sitter import Node, Query, QueryCursor

from unmask_lsp.syntax import lexing
from unmask_lsp.syntax.languages import BRACKETS_CLOSE, Language
from unmask_lsp.syntax.lexing import Kind
from unmask_lsp.syntax.parsing import IncrementalParser
from unmask_lsp.text.indentation import depth

_ERRORS = "(ERROR) @error (MISSING) @error\n"
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

    def is_unfinished(self, left: str, right: str) -> bool:
        """Whether what ends between `left` and `right` breaks the grammar there by ending."""
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


class TreeSyntax(TextSyntax):
    """A tree-sitter grammar, with text rules where the code is too broken to parse."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        module, _, function = language.grammar.partition(":")
        grammar = Grammar(getattr(import_module(module), function)())
        query = (
            resources.files("unmask_lsp.syntax")
            / "queries"
            / f"{language.query or language.id}.scm"
        )
        self._parser = IncrementalParser(grammar)
        self._query = Query(grammar, _ERRORS + query.read_text(encoding="utf-8"))

    def inside(self, left: str, right: str) -> Kind | None:
        """STRING or COMMENT if the cursor is in one, None if it is in code."""
        root = self._parse(left + right)
        cursor = len(_utf8(left))
        may_go_on = not left.endswith(("\n", self.language.long_comment[1] or "\n"))
        around = [
            (node.end_byte - node.start_byte, name)
            for name, nodes in self._captures(root, cursor).items()
            for node in nodes
            if name in ("comment", "string", "code")
            and node.start_byte < cursor < node.end_byte + (name == "comment" and may_go_on)
        ]
        if around:
            name = min(around)[1]
            return Kind(name) if name in ("string", "comment") else None
        return super().inside(left, right) if root.has_error else None

    def errors(self, text: str) -> int:
        """How many places of the text break the grammar."""
        root = self._parse(text)
        return len(self._errors(root))

    def is_unfinished(self, left: str, right: str) -> bool:
        """Whether what ends between `left` and `right` breaks the grammar there by ending.

        A parser tries to go on with what follows, and stumbles on the next line at the latest.
        """
        line = right[: len(right) - len(right.lstrip())] + right.lstrip().partition("\n")[0]
        start, end = len(_utf8(left.rstrip())), len(_utf8(left + line))
        errors = self._errors(self._parse(left + right))
        return any(error.start_byte <= end and error.end_byte >= start for error in errors)

    def lacks_body(self, left: str, right: str) -> bool:
        """Whether the last line of `left` opens a body that the grammar wants and nobody wrote."""
        written = left.rstrip()
        start, end = len(_utf8(written.rpartition("\n")[0])), len(_utf8(written))
        found = QueryCursor(self._query).captures(self._parse(left + right)).get("bodiless", [])
        return any(start <= node.start_byte <= end for node in found)

    def reach(self, left: str, block: str, right: str) -> int:
        """How many of the block's characters are surely in its first line's scope or statement."""
        line, text = left.rpartition("\n")[2], left + block + right
        is_started = bool(line.strip())
        start = len(left + block) - len((line + block if is_started else block).lstrip())
        statement = self._statement(self._parse(text), len(_utf8(text[:start])))
        if statement is None or statement.has_error:
            return 0
        end = statement.end_byte if is_started else _scope_end(statement)
        return len(_utf8(text)[:end].decode(errors="ignore")) - len(left)

    def closes(self, line: str) -> bool:
        """Whether the line starts with the end of a body that began further up."""
        return re.match(self.language.closes, line.lstrip()) is not None

    def _statement(self, root: Node, start: int) -> Node | None:
        """The largest part of the tree that starts at a byte, but no scope."""
        scopes = self._captures(root, start).get("scope", [])
        node = root.descendant_for_byte_range(start, start + 1)
        while node and node.parent and node.parent.parent and node.parent.start_byte == start:
            if node.parent in scopes:
                break
            node = node.parent
        return node

    def _errors(self, root: Node) -> list[Node]:
        return QueryCursor(self._query).captures(root).get("error", [])

    def _captures(self, root: Node, at: int) -> dict[str, list[Node]]:
        """What the query finds around a byte."""
        search = QueryCursor(self._query)
        search.set_byte_range(max(0, at - 1), at + 1)
        return search.captures(root)

    def _parse(self, text: str) -> Node:
        return self._parser.parse(_utf8(text))


@cache
def syntax_of(language: Language) -> TextSyntax:
    """The best reader there is for a language on this machine."""
    if language.grammar and find_spec(language.grammar.partition(":")[0]):
        return TreeSyntax(language)
    return TextSyntax(language)


def last_line(text: str) -> str:
    """The last line that is not blank; empty if there is none."""
    return text.rstrip().rpartition("\n")[2]


def _scope_end(statement: Node) -> int:
    """Where the scope around a statement ends, before what closes it; 0 for the whole file."""
    scope = statement.parent
    if scope is None or scope.parent is None or scope.has_error:
        return 0
    last = scope.child(scope.child_count - 1)
    return scope.end_byte if last is None or last.is_named else last.start_byte


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
