"""The exact text of every open document, whatever edits arrive in whatever encoding.

Lines end at \\n, \\r\\n and \\r only (LSP 3.18, TextDocument): form feeds and U+2028 are
characters. A document is a list of lines, so an edit costs the lines it touches, not the file.
Nothing here reads a file, and nothing here knows LSP's message types.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from typing import Self

from unmask_lsp.text.positions import Edit, Encoding, Position
from unmask_model.protocol.request import Snippet

MOST_DOCUMENTS = 4096
"""Documents that are followed."""
MOST_CHARACTERS = 64_000_000
"""Characters of all of them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A document as it was when a request arrived."""

    uri: str
    """The document's URI, as the client spells it."""
    version: int
    """The client's version of the text."""
    language: str
    """The client's language id; may be empty or unknown."""
    text: str
    """The whole text."""
    cursor: int
    """Offset of the cursor in `text`, in characters."""
    line: int
    """Line of the cursor in its document, from 0."""
    line_start: int
    """Offset in `text` of the start of that line."""
    lines_above: int = 0
    """Lines of `text` before the document itself: cells of its notebook."""
    above: int = 0
    """Characters of `text` before the document itself."""
    below: int = 0
    """Characters of `text` after the document itself: more cells."""
    is_private: bool = False
    """Whether its file is ignored or looks like it holds secrets: nothing of it is shown around."""
    snippets: tuple[Snippet, ...] = ()
    """Text from elsewhere that goes with it, most useful last."""
    indent_unit: str = ""
    """White space of one level of indentation, as its editor or its project wants it, if known."""
    workspace: str = ""
    """Opaque key of the workspace that the engine remembers; empty for none."""
    file: str = ""
    """The document's path in it."""

    def at(self, text: str, cursor: int) -> Self:
        """The document as it would be with another text and cursor."""
        line, line_start = line_of(text, cursor) - self.lines_above, line_start_of(text, cursor)
        return replace(self, text=text, cursor=cursor, line=line, line_start=line_start)

    def holds(self, start: int, end: int) -> bool:
        """Whether characters [start, end) of `text` are the document's own."""
        return self.above <= start and end <= len(self.text) - self.below

    def position(self, offset: int, encoding: Encoding) -> Position:
        """The position of an offset in `text`."""
        before = self.text[line_start_of(self.text, offset) : offset]
        line = line_of(self.text, offset) - self.lines_above
        return Position(line=line, unit=encoding.units(before))


@dataclass(slots=True, kw_only=True)
class Document:
    """One open document, changed in place by its edits."""

    uri: str
    """The document's URI, as the client spells it."""
    version: int
    """The client's version of the text."""
    language: str
    """The client's language id; may be empty or unknown."""
    lines: list[str]
    """Lines with their ends; the last one has none and may be empty."""
    size: int
    """Characters of all lines."""
    indent_unit: str = ""
    """White space of one level of indentation, as its project wants it, if known."""

    @classmethod
    def of(cls, *, uri: str, version: int, language: str, text: str, indent_unit: str = "") -> Self:
        """Return a document whose text is cut into lines as LSP counts them."""
        return cls(
            uri=uri,
            version=version,
            language=language,
            lines=_split(text),
            size=len(text),
            indent_unit=indent_unit,
        )

    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    def snapshot(self, position: Position, encoding: Encoding) -> Snapshot:
        """Freeze the document with a cursor; a position outside the text is moved into it."""
        line, column = self.locate(position, encoding)
        left = "".join(self.lines[:line]) + self.lines[line][:column]
        right = self.lines[line][column:] + "".join(self.lines[line + 1 :])
        return Snapshot(
            uri=self.uri,
            version=self.version,
            language=self.language,
            text=left + right,
            cursor=len(left),
            line=line,
            line_start=len(left) - column,
            indent_unit=self.indent_unit,
        )

    def offset(self, position: Position, encoding: Encoding) -> int:
        """How many characters of the text are before a position."""
        line, column = self.locate(position, encoding)
        return sum(map(len, self.lines[:line])) + column

    def locate(self, position: Position, encoding: Encoding) -> tuple[int, int]:
        """Line and character column of a position, moved into the text as the protocol asks."""
        if position.line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        line = max(0, position.line)
        content = self.lines[line].rstrip("\r\n")
        return line, encoding.characters(content, position.unit)

    def edit(self, edit: Edit, encoding: Encoding) -> None:
        """Replace the text between two positions, in place."""
        if edit.start is None or edit.end is None:
            self.lines[:], self.size = _split(edit.text), len(edit.text)
            return
        first, start = self.locate(edit.start, encoding)
        last, end = self.locate(edit.end, encoding)
        if (last, end) < (first, start):
            first, start, last, end = last, end, first, start
        touched = self.lines[first][:start] + edit.text + self.lines[last][end:]
        if touched.startswith("\n") and first and self.lines[first - 1].endswith("\r"):
            first -= 1  # \r and \n have met and are one line end now
            touched = self.lines[first] + touched
        self.size += len(touched) - sum(map(len, self.lines[first : last + 1]))
        is_last = last + 1 == len(self.lines)
        self.lines[first : last + 1] = _split(touched) if is_last else _split(touched)[:-1]


class Documents:
    """The open documents of one client, by URI.

    A client may open without end: of too many, or too much text, what was opened or edited longest
    ago is not followed any more.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[str, Document] = OrderedDict()
        self._size = 0

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    def open(
        self, *, uri: str, version: int, language: str, text: str, indent_unit: str = ""
    ) -> tuple[str, ...]:
        """Start to follow a document; opening it again starts over.

        Returns the URIs of those that are not followed any more for it.
        """
        self.close(uri)
        opened = Document.of(
            uri=uri, version=version, language=language, text=text, indent_unit=indent_unit
        )
        self._open[uri] = opened
        self._size += opened.size
        return tuple(self._make_room())

    def change(
        self, uri: str, version: int, edits: Iterable[Edit], encoding: Encoding
    ) -> tuple[str, ...]:
        """Apply edits in order; edits of a document that is not open are ignored.

        Returns the URIs of those that are not followed any more for it.
        """
        if (document := self._open.get(uri)) is None:
            return ()
        before = document.size
        for edit in edits:
            document.edit(edit, encoding)
        document.version = version
        self._size += document.size - before
        self._open.move_to_end(uri)
        return tuple(self._make_room())

    def close(self, uri: str) -> None:
        """Forget a document."""
        if closed := self._open.pop(uri, None):
            self._size -= closed.size

    def _make_room(self) -> Iterator[str]:
        while len(self._open) > MOST_DOCUMENTS or self._size > MOST_CHARACTERS:
            oldest = next(iter(self._open))
            self.close(oldest)
            yield oldest

    def get(self, uri: str) -> Document | None:
        """The document, if it is open."""
        return self._open.get(uri)


def with_newlines(text: str) -> str:
    """A text whose lines end with \\n, whatever they ended with."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line_of(text: str, offset: int) -> int:
    """Number, from 0, of the line that an offset is on."""
    ends = text.count("\n", 0, offset) + text.count("\r", 0, offset)
    return ends - text.count("\r\n", 0, offset)


def line_start_of(text: str, offset: int) -> int:
    """Where the line begins that an offset is on."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _split(text: str) -> list[str]:
    """Lines with their ends, and at the end one without."""
    lines = list(StringIO(text, newline=""))
    if not lines or lines[-1].endswith(("\r", "\n")):
        lines.append("")
    return lines
