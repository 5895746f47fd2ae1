"""Parses one text after another with tree-sitter, each time only what differs from the last text.

It knows no language. Parsing the same window again, with another character typed or another block
in it, costs only the difference.
"""

from tree_sitter import Language, Node, Parser, Point


class IncrementalParser:
    """A parser that keeps the last text and its tree."""

    def __init__(self, grammar: Language) -> None:
        self._parser = Parser(grammar)
        self._source = b""
        self._tree = self._parser.parse(b"")

    def parse(self, source: bytes) -> Node:
        """The root of the tree of a text in utf-8; valid until the next call."""
        left = _shared(self._source, source)
        right = _shared(self._source[left:][::-1], source[left:][::-1])
        if left + right < len(source) // 2:
            self._tree = self._parser.parse(source)
        elif left + right < max(len(source), len(self._source)):
            self._edit(left, len(self._source) - right, source, len(source) - right)
            self._tree = self._parser.parse(source, self._tree)
        self._source = source
        return self._tree.root_node

    def _edit(self, start: int, old_end: int, source: bytes, new_end: int) -> None:
        self._tree.edit(
            start,
            old_end,
            new_end,
            _point(source, start),
            _point(self._source, old_end),
            _point(source, new_end),
        )


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common at their start, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(source: bytes, at: int) -> Point:
    return Point(source.count(b"\n", 0, at), at - source.rfind(b"\n", 0, at) - 1)
