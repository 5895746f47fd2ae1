"""Parses one text after another with tree-sitter, each time only what differs from the last text.

It knows no language. Parsing the same window again, with another character typed or another block
in it, costs only the difference. Besides the tree it tells where the parser
stumbled: came to a token that no text which goes on from there could explain. An error in a tree is
only where the parser put what it could not explain, often far above.
"""

import re
from collections import OrderedDict
from collections.abc import Callable

from tree_sitter import Language, LogType, Node, Parser, Point

_PROCESS = re.compile(r"process .* row:(\d+), col:(\d+)$")
REMEMBERED = 16
"""Texts whose stumbles are kept."""


class IncrementalParser:
    """A parser that keeps the last text and its tree."""

    def __init__(self, grammar: Language, readable: Callable[[bytes], bytes] = bytes) -> None:
        """Take what makes a text one that the grammar can read, each byte at its place."""
        self._readable = readable
        self._parser = Parser(grammar)
        self._source = b""
        self._tree = self._parser.parse(b"")
        self._stumbles: OrderedDict[tuple[bytes, int], list[int]] = OrderedDict()

    def parse(self, source: bytes) -> Node:
        """The root of the tree of a text in utf-8; valid until the next call."""
        return self._parse(self._readable(source))

    def _parse(self, source: bytes) -> Node:
        left = _shared(self._source, source)
        right = _shared(self._source[left:][::-1], source[left:][::-1])
        if left + right < len(source) // 2:
            self._tree = self._parser.parse(source)
        elif left + right < max(len(source), len(self._source)):
            self._edit(left, len(self._source) - right, source, len(source) - right)
            self._tree = self._parser.parse(source, self._tree)
        self._source = source
        return self._tree.root_node

    def stumbles(self, source: bytes, start: int, end: int) -> list[int]:
        """Where in a text, from byte `start` on, the parser came to a token it could not place.

        Each is the end of the last token before it. `end` is where the part ends that is new.
        """
        source = self._readable(source)
        key = source, start
        if key not in self._stumbles:
            self._stumbles[key] = self._watched(source, start, end)
            if len(self._stumbles) > REMEMBERED:
                self._stumbles.popitem(last=False)
        return self._stumbles[key]

    def _watched(self, source: bytes, start: int, end: int) -> list[int]:
        """Parse the text without a part, and then with it, listening to what the parser does.

        py-tree-sitter gives these events as lines of text only.
        """
        self._parse(source[:start] + source[end:])
        at, failed, found = Point(0, 0), Point(0, 0), list[Point]()

        def listen(kind: LogType, message: str) -> None:
            nonlocal at, failed
            if kind is not LogType.PARSE:
                return
            if place := _PROCESS.match(message):
                at = Point(int(place[1]), int(place[2]))
            elif message.startswith("detect_error"):
                failed = at
            elif message.startswith("resume version"):
                found.append(failed)

        self._parser.logger = listen
        try:
            self._edit(start, start, source, end)
            self._tree = self._parser.parse(source, self._tree)
            self._source = source
        finally:
            del self._parser.logger
        first = _point(source, start)
        return [_offset(source, point) for point in found if point >= first]

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


def _offset(source: bytes, point: Point) -> int:
    start = 0
    for _ in range(point.row):
        start = source.index(b"\n", start) + 1
    return start + point.column
