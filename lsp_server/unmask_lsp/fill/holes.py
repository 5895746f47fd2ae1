"""Holes that a person may ask to fill: a selection, a body that is missing, marks, a part to redo.

Text and the language's row only, a few lines around the cursor: offering a fill costs nothing.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from unmask_lsp.suggest.typing_through import Shown
from unmask_lsp.syntax import lexing
from unmask_lsp.syntax.languages import Language, language_of
from unmask_lsp.syntax.lexing import Kind
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_lsp.text.indentation import DEFAULT_UNIT, depth, evident_unit, leading

REACH = 2000
"""Characters around the cursor that are looked at."""
_CODE = (Kind.OPENER, Kind.CLOSER)


class Scope(StrEnum):
    """What a person asks to fill."""

    SELECTION = "selection"
    """What is selected."""
    BODY = "body"
    """The body at the cursor."""
    FILE = "file"
    """Every marked hole of the file."""
    REDO = "redo"
    """A part of a suggestion that was accepted; the rest of it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Characters [start, end) of a text that a block may take the place of."""

    start: int
    """First character."""
    end: int
    """One past the last character."""
    before: str = ""
    """White space the block needs before it, with the file's own line ends."""
    after: str = ""
    """White space the block needs after it."""
    redo: tuple[int, int] | None = None
    """The part of the text to think about again, if the rest of [start, end) should stay."""

    def moved(self, by: int) -> Self:
        """The hole of a text that has so many characters more before it."""
        redo = self.redo and (self.redo[0] + by, self.redo[1] + by)
        return replace(self, start=self.start + by, end=self.end + by, redo=redo)


def find(
    scope: Scope, snapshot: Snapshot, end: int, *, mark: str, shown: Shown
) -> tuple[Hole, ...]:
    """The holes of a scope in the document itself; [the cursor, `end`) is selected."""
    found = _found(scope, snapshot, end, mark=mark, shown=shown)
    return tuple(hole for hole in found if snapshot.holds(hole.start, hole.end))


def _found(
    scope: Scope, snapshot: Snapshot, end: int, *, mark: str, shown: Shown
) -> tuple[Hole, ...]:
    start = snapshot.cursor
    match scope:
        case Scope.SELECTION:
            return (of_selection(snapshot.text, start, end),) if start < end else ()
        case Scope.BODY:
            body = of_body(snapshot)
            return (body,) if body else ()
        case Scope.FILE:
            return of_marks(snapshot.text, mark, language_of(snapshot.language, snapshot.uri))
        case Scope.REDO:
            around = shown.accepted(snapshot, end) if start < end else None
            return (Hole(start=around[0], end=around[1], redo=(start, end)),) if around else ()


def of_selection(text: str, start: int, end: int) -> Hole:
    """What is selected, without the white space at its ends; all of it if it is nothing else."""
    selected = text[start:end]
    if not selected.strip():
        return Hole(start=start, end=end)
    return Hole(
        start=start + len(selected) - len(selected.lstrip()),
        end=end - len(selected) + len(selected.rstrip()),
    )


def of_marks(text: str, mark: str, language: Language) -> tuple[Hole, ...]:
    """Every place that is marked as a hole; a comment that says no more than the mark goes too."""
    if not mark or mark not in text:  # quick, in long files too
        return ()
    here = re.escape(mark)
    forms = [here]
    if language.comment:
        forms.insert(0, rf"{re.escape(language.comment)}[ \t]*{here}")
    if language.long_comment[0]:
        opener, closer = map(re.escape, language.long_comment)
        forms.insert(0, rf"{opener}[ \t]*{here}[ \t]*{closer}")
    return tuple(
        Hole(start=found.start(), end=found.end()) for found in re.finditer("|".join(forms), text)
    )


def of_body(snapshot: Snapshot) -> Hole | None:
    """The body at the cursor that is still to be written; None if there is none.

    The cursor may be in it, or on the line that opens it.
    """
    place = _Place(snapshot)
    return place.placeholder() or place.empty() or place.missing()


class _Place:
    """The cursor's line and what is around it."""

    def __init__(self, snapshot: Snapshot) -> None:
        text, cursor = snapshot.text, snapshot.cursor
        self.text = text
        self.language = language_of(snapshot.language, snapshot.uri)
        self.syntax = syntax_of(self.language)
        self.start = snapshot.line_start
        end = re.compile(r"[\r\n]|\Z").search(text, cursor)
        self.end = end.start() if end else len(text)
        self.line = text[self.start : self.end]
        left, right = text[max(0, cursor - REACH) : cursor], text[cursor : cursor + REACH]
        evident = evident_unit(with_newlines(left), with_newlines(right))
        self.unit = evident or snapshot.indent_unit or self.language.unit or DEFAULT_UNIT
        line_end = re.search(r"\r\n|\r|\n", left + right)
        self.newline = line_end.group() if line_end else "\n"

    def placeholder(self) -> Hole | None:
        """A statement that stands for the body: on this line, alone or not, or first below it."""
        statement = self.language.placeholder
        if re.fullmatch(statement, self.line.strip()):
            return of_selection(self.text, self.start, self.end)
        if inline := re.search(rf"[:{{][ \t]*({statement})[ \t]*(?=\}}?$)", self.line.rstrip()):
            end = inline.end()
            start = inline.start() + 1
            return self._body(self.line, self.start + start, self.start + end)
        below = self.text[self.end : self.end + REACH]
        first = re.search(rf"^[ \t]*({statement})[ \t]*\r?$", below, re.MULTILINE)
        if not first or not self.syntax.opens(self.line) or not self._is_silent(first.start()):
            return None
        return Hole(start=self.end + first.start(1), end=self.end + first.end(1))

    def empty(self) -> Hole | None:
        """A body between brackets, or words, with nothing in it."""
        offset = max(0, self.start - REACH)
        near = self.text[offset : self.end + REACH]
        for found in re.finditer(self.language.empty, near):
            start, end = offset + found.start(1), offset + found.end(1)
            if start <= self.end and self.start <= end:
                header = near[near.rfind("\n", 0, found.start(1)) + 1 : found.start(1)]
                return None if self._is_text(header) else self._body(header, start, end)
        return None

    def missing(self) -> Hole | None:
        """A body of which not even white space is there, under the line that opens it."""
        above = self.text[max(0, self.start - REACH) : self.end]
        header = above.rstrip().rpartition("\n")[2]
        if not self.syntax.opens(header):
            return None
        first = self.syntax.header(above)
        below = re.compile(r"\S.*").search(self.text, self.end)
        deepest = depth(self.text[self.text.rfind("\n", 0, below.start()) + 1 :]) if below else 0
        if deepest > depth(first):
            return None
        start = self.end - len(above) + len(above.rstrip())
        return Hole(start=start, end=self.end, before=self.newline + leading(first) + self.unit)

    def _body(self, header: str, start: int, end: int) -> Hole:
        """A block on lines of its own between two parts of a line."""
        outer = self.newline + leading(header)
        closes = self.text[end : end + 1] not in ("", "\r", "\n")
        return Hole(start=start, end=end, before=outer + self.unit, after=outer if closes else "")

    def _is_silent(self, count: int) -> bool:
        """Whether the next characters below are nothing but comments and strings."""
        below = self.text[self.end : self.end + count]
        for lexeme in reversed(list(lexing.lexemes(below, self.language))):
            if lexeme.kind not in _CODE:
                below = below[: lexeme.start] + below[lexeme.end :]
        return not below.strip()

    def _is_text(self, header: str) -> bool:
        return lexing.inside(header, self.language) is not None
