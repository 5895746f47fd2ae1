"""What a piece of source is around the cursor, as its tree-sitter grammar sees it.

Where the code is too broken to parse, text rules take over for the cursor's line.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node, QueryCursor

from unmask_lsp.syntax import lexing
from unmask_lsp.syntax.brackets import closers_of, unmatched
from unmask_lsp.syntax.grammar_loader import grammar_of, query_of, readable_by
from unmask_lsp.syntax.language import Language
from unmask_lsp.syntax.lexing import CLOSER_OF, Kind, Lexeme
from unmask_lsp.syntax.parsing import IncrementalParser
from unmask_lsp.syntax.text_syntax import Fit, TextSyntax

NEAR_LINES = 3
"""Lines to the right of a block in which the parser is watched."""
FOREIGN_STUMBLES = 3
"""A parser that stumbles so often around the cursor does not know the dialect."""
_CLOSERS = frozenset(CLOSER_OF.values())


class TreeSyntax(TextSyntax):
    """A tree-sitter grammar, with text rules where the code is too broken to parse."""

    has_grammar = True

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        grammar = grammar_of(language)
        self._parser = IncrementalParser(grammar, readable_by(language))
        self._query = query_of(language, grammar)

    def inside(self, left: str, right: str) -> Kind | None:
        """STRING or COMMENT if the cursor is in one, None if it is in code."""
        if around := self._around(left, right):
            return Kind(around[0]) if around[0] in ("string", "comment") else None
        return self._inside_broken(left) if self._is_broken_near(left, right) else None

    def opened(self, left: str, right: str) -> str:
        """The string or comment around the cursor, from its start to the cursor."""
        around = self._around(left, right)
        return _utf8(left)[around[1] :].decode() if around else super().opened(left, right)

    def errors(self, text: str) -> int:
        """How many places of the text break the grammar."""
        return len(self._errors(self._parse(text)))

    def fit(self, left: str, block: str, right: str) -> Fit:
        """How a block goes with what is around it."""
        errors = self._error_places(left, block, right)
        new = errors - self._errors_without_line(left, right) if errors else errors
        if not new and not self._is_in_error(left, block, right):
            return Fit(errors=len(errors))
        is_open = self._is_open(left, block, right, len(errors))
        is_last = not right.partition("\n")[2].strip()  # nothing is below that could break
        near = "".join(right.splitlines(keepends=True)[:NEAR_LINES])
        source, start = _utf8(left + block + near), len(_utf8(left))
        end, rest = len(_utf8(left + block.rstrip())), right.partition("\n")[0].rstrip()
        last = len(_utf8(left + block + rest)) if rest else 0
        stumbles = self._parser.stumbles(source, _first(left), len(_utf8(left + block)))
        fault = next((at for at in stumbles if at < end), None)
        if fault is not None and self._may_go_on(left, block, right):
            fault = None
        return Fit(
            fault=None if fault is None else len(source[start:fault].decode("utf-8", "ignore")),
            joins=not any(end <= at < last for at in stumbles),
            errors=0 if is_open or is_last else len(errors),
            is_open=is_open,
            unfinished=len(new),
        )

    def brackets(self, left: str, block: str, right: str) -> list[Lexeme]:
        """The block's brackets, each with its place in the block."""
        text = _utf8(left + block + right)
        start, end = len(_utf8(left)), len(_utf8(left + block))
        found = []
        for leaf in _leaves(self._parser.parse(text), start, end):
            if leaf.is_named or leaf.is_missing or _is_no_bracket(leaf):
                continue
            for offset, mark in enumerate((leaf.text or b"").decode("utf-8", "replace")):
                at = len(text[start : leaf.start_byte].decode("utf-8", "replace")) + offset
                if mark in CLOSER_OF:
                    found.append(Lexeme(Kind.OPENER, at, mark))
                elif mark in _CLOSERS:
                    found.append(Lexeme(Kind.CLOSER, at, mark))
        return found

    def _may_go_on(self, left: str, block: str, right: str) -> bool:
        """Whether some text could follow, or the parser's word means nothing here."""
        if self._is_foreign(left, right):
            return True
        quotes = self.language.long_quotes
        pairs = [self.language.long_comment, *zip(quotes, quotes, strict=True)]
        line = left.rpartition("\n")[2]  # an opener may have been begun there
        more = [closer for opener, closer in pairs if opener and opener in line + block]
        openers, _ = unmatched(self.brackets(left, block, right))
        text = block.rstrip().removesuffix("\\")  # a line that goes on in the next one
        ends = ("", *more, closers_of(openers), "\n")
        return any(self._is_read(left, text, end) for end in dict.fromkeys(ends))

    def _is_read(self, left: str, block: str, more: str) -> bool:
        """Whether the parser reads a block and stumbles at its end at the earliest."""
        start, end = _first(left), len(_utf8(left + block.rstrip()))
        source = _utf8(left + block + more)
        return not any(at < end for at in self._parser.stumbles(source, start, len(source)))

    def _is_foreign(self, left: str, right: str) -> bool:
        """Whether the text around is in a dialect that the grammar does not know.

        It is if the parser stumbles there often, or already before the cursor on its line.
        """
        line, rest = left.rpartition("\n")[2], right.partition("\n")[0]
        above, written = _utf8(left.removesuffix(line)), _utf8(left.rstrip())
        on_line = self._parser.stumbles(written, len(above), len(written)) if line.strip() else []
        if any(at < len(written) for at in on_line):
            return True
        around = above + _utf8(right.removeprefix(rest))
        return len(self._parser.stumbles(around, 0, len(around))) >= FOREIGN_STUMBLES

    def _is_in_error(self, left: str, block: str, right: str) -> bool:
        """Whether the block is in a part that the parser could not explain."""
        start = len(_utf8(left))
        errors = self._errors(self._parse(left + block + right))
        return any(error.start_byte < start < error.end_byte for error in errors)

    def _is_open(self, left: str, block: str, right: str, errors: int) -> bool:
        """Whether there are fewer errors once what the block opens is closed."""
        openers, _ = unmatched(self.brackets(left, block, right))
        finished = f"{block.rstrip()}{closers_of(openers)}"
        return bool(openers) and len(self._error_places(left, finished, right)) < errors

    def _errors_without_line(self, left: str, right: str) -> set[tuple[bool, int, int]]:
        """The errors around, were there no text on the cursor's line."""
        line, rest = left.rpartition("\n")[2], right.partition("\n")[0]
        return self._error_places(left.removesuffix(line), "", right.removeprefix(rest))

    def _error_places(self, left: str, block: str, right: str) -> set[tuple[bool, int, int]]:
        """The errors, those behind the block by their distance to the end of the text."""
        text, hole, end = _utf8(left + block + right), len(_utf8(left)), len(_utf8(left + block))
        return {
            (True, len(text) - error.start_byte, len(text) - error.end_byte)
            if error.start_byte >= end
            else (False, error.start_byte, min(error.end_byte, hole))
            for error in self._errors(self._parser.parse(text))
        }

    def is_unfinished(self, left: str, block: str, right: str) -> bool:
        """Whether the parser stumbles behind a block because that ends there.

        It tries to go on with what follows, and stumbles on the next line at the latest. What it
        stumbles at without the cursor's line too is not the block's fault.
        """
        found = self._next_stumbles(left + block, right)
        if not found:
            return False
        line, rest = left.rpartition("\n")[2], right.partition("\n")[0]
        known = self._next_stumbles(left.removesuffix(line), right.removeprefix(rest))
        return bool(found - known)

    def _next_stumbles(self, left: str, right: str) -> set[int]:
        """At which tokens the parser stumbles up to the end of the next line that is written.

        Each is told by its distance to the end of the text.
        """
        text, start = _utf8(left + right), len(_utf8(left.rstrip()))
        blank = right[: len(right) - len(right.lstrip())]
        last = len(_utf8(left + blank + right.lstrip().partition("\n")[0]))
        ends = (at for at in self._parser.stumbles(text, start, len(text)) if at <= last)
        return {len(text[at:].lstrip()) for at in ends}

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
        end = _statement_end(statement) if is_started else _scope_end(statement)
        return len(_utf8(text)[:end].decode(errors="ignore")) - len(left)

    def closes(self, line: str) -> bool:
        """Whether the line starts with the end of a body that began further up."""
        return re.match(self.language.closes, line.lstrip()) is not None

    def _around(self, left: str, right: str) -> tuple[str, int] | None:
        """The innermost string, comment or code in a string around the cursor, and its start."""
        root, cursor = self._parse(left + right), len(_utf8(left))
        may_go_on = not left.endswith(("\n", self.language.long_comment[1] or "\n"))
        around = [
            (node.end_byte - node.start_byte, name, node.start_byte)
            for name, nodes in self._captures(root, cursor).items()
            for node in nodes
            if name in ("comment", "string", "code")
            and node.start_byte < cursor < node.end_byte + (name == "comment" and may_go_on)
        ]
        return min(around)[1:] if around else None

    def _is_broken_near(self, left: str, right: str) -> bool:
        """Whether the parser could not make sense of the cursor's line."""
        root = self._parse(left + right)
        start = len(_utf8(left)) - len(_utf8(left.rpartition("\n")[2]))
        end = len(_utf8(left + right.partition("\n")[0]))
        return any(one.start_byte <= end and one.end_byte >= start for one in self._errors(root))

    def _inside_broken(self, left: str) -> Kind | None:
        """As `inside`, by the cursor's line alone; what may be longer, by all that is there."""
        line = lexing.inside(left.rpartition("\n")[2], self.language)
        if line is not None or not (self.language.long_quotes or self.language.long_comment[0]):
            return line
        kind, text = lexing.inside(left, self.language), super().opened(left, "")
        is_long = text.startswith(
            (*self.language.long_quotes, self.language.long_comment[0] or "\n")
        )
        return kind if is_long else None

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


def _first(left: str) -> int:
    """From which byte on a block's tokens are placed: behind the last one on the cursor's line."""
    is_started = bool(left.rpartition("\n")[2].strip())
    return len(_utf8(left.rstrip() if is_started else left))


def _statement_end(statement: Node) -> int:
    """Where a statement ends, with the heredoc that it begins: grammars have that beside it."""
    below = statement.next_sibling
    return below.end_byte if below and below.type == "heredoc_body" else statement.end_byte


def _scope_end(statement: Node) -> int:
    """Where the scope around a statement ends, before what closes it; 0 for the whole file."""
    scope = statement.parent
    if scope is None or scope.parent is None or scope.has_error:
        return 0
    last = scope.child(scope.child_count - 1)
    return scope.end_byte if last is None or last.is_named else last.start_byte


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _leaves(root: Node, start: int, end: int) -> Iterator[Node]:
    """The tokens of a tree between two bytes, in order; trees may be deeper than Python's stack."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.start_byte >= end or node.end_byte <= start:
            continue
        if node.child_count:
            waiting.extend(reversed(node.children))
        elif node.start_byte >= start:
            yield node


def _is_no_bracket(leaf: Node) -> bool:
    """Whether a token closes nothing, as the `)` of a case of the shell does."""
    text, parent = (leaf.text or b"").decode("utf-8", "replace"), leaf.parent
    if text not in _CLOSERS or parent is None or parent.is_error:
        return False
    opener = next(opener for opener, closer in CLOSER_OF.items() if closer == text)
    before = (child for child in parent.children if child.end_byte <= leaf.start_byte)
    return not any(
        (child.text or b"").decode("utf-8", "replace").endswith(opener)
        for child in before
        if not child.child_count
    )
