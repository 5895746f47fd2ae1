"""What the model is shown: the text on both sides of the cursor, cut at sensible places.

Characters, not tokens: the model half cuts further to what it can read. The cut points move in
large steps and settle at line starts, so that typing leaves the window's far ends alone and the
engine's caches survive it.
"""

import re
from dataclasses import dataclass, replace

from unmask_lsp.syntax.embedded import part_of
from unmask_lsp.syntax.languages import Language, language_of
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Site, TextSyntax, last_line
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_lsp.text.indentation import DEFAULT_UNIT, depth, evident_unit, is_mixed, leading
from unmask_model.protocol.request import Snippet

LEFT_CHARACTERS = 6000
RIGHT_CHARACTERS = 2000
STEP = 1500
RIGHT_STEP = 500
FIRST_LINE = 200
"""Characters in which a first line may say which language this is."""
LEAST_UNIT = 2
"""Columns of the smallest level of indentation, in a file that shows none."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_OUTERMOST = re.compile(r"^[^\s)\]}#]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextWindow:
    """The code around a hole; its lines end with \\n whatever the file's end with."""

    left: str
    """Text before the hole, ending exactly at it."""
    right: str
    """Text after the hole, starting exactly at it."""
    site: Site
    """Where in the code the hole is."""
    language: Language
    """The language's row."""
    indent: str = ""
    """The deepest white space that makes sense before the block's first line."""
    unit: str = "    "
    """White space of one more level of indentation in this file."""
    knows_unit: bool = True
    """Whether anything tells that; if not, a block keeps the indentation it has."""
    newline: str = "\n"
    """How this file ends its lines."""
    snippets: tuple[Snippet, ...] = ()
    """Text from elsewhere, most useful last."""
    around_part: tuple[int, int] = (0, 0)
    """Characters at the far ends of `left` and `right` that are in another language."""
    final: bool = False
    """Whether the hole was asked to be filled: nobody goes on writing there."""

    @property
    def line(self) -> str:
        """The hole's line, as far as it stands left of the hole."""
        return self.left.rpartition("\n")[2]

    @property
    def rest(self) -> str:
        """The hole's line, as far as it stands right of the hole."""
        return self.right.partition("\n")[0]

    @property
    def part(self) -> "ContextWindow":
        """The window without what is in another language: around a script, or fenced code."""
        before, behind = self.around_part
        if not before and not behind:
            return self
        right = self.right[: len(self.right) - behind]
        return replace(self, left=self.left[before:], right=right, around_part=(0, 0))


def window(snapshot: Snapshot) -> ContextWindow:
    """Cut the window around the cursor of a document."""
    first_line = snapshot.text[:FIRST_LINE].partition("\n")[0]
    language = language_of(snapshot.language, snapshot.uri, first_line)
    raw_left, raw_right = map(_whole, around(snapshot.text, snapshot.cursor))
    left, right = with_newlines(raw_left).lstrip("\ufeff"), with_newlines(raw_right)
    line_end = _LINE_END.search(raw_left) or _LINE_END.search(raw_right)
    whole = ContextWindow(
        left=left,
        right=right,
        site=Site.NEW_BLOCK,
        language=language,
        newline=line_end.group() if line_end else "\n",
        snippets=snapshot.snippets,
    )
    return _looked_at(whole, snapshot.indent_unit)


def _looked_at(whole: ContextWindow, wanted: str) -> ContextWindow:
    """The window, with what the text around the cursor tells."""
    left, right, language = whole.left, whole.right, whole.language
    if part := part_of(language.id, left, right):
        language = language_of(part.language or "code", f"a.{part.language}")
        left, right = part.left, part.right
    syntax = syntax_of(language)
    known = evident_unit(left, right) or wanted or language.unit
    unit = known or DEFAULT_UNIT
    return replace(
        whole,
        site=syntax.site(left, right),
        language=language,
        indent=_indent(left, syntax, unit, _least_step(left + right, unit)),
        unit=unit,
        knows_unit=bool(known) and not is_mixed(left + right),
        around_part=(len(whole.left) - len(left), len(whole.right) - len(right)),
    )


def around(text: str, cursor: int) -> tuple[str, str]:
    """The window's two sides in the file's own line ends: at most 6,000 and 2,000 characters."""
    start = _left_cut(text, cursor)
    end = _right_cut(text, cursor)
    return text[start:cursor], text[cursor:end]


def _left_cut(text: str, cursor: int) -> int:
    if cursor <= LEFT_CHARACTERS:
        return 0
    start = -(-(cursor - LEFT_CHARACTERS) // STEP) * STEP
    newline = text.find("\n", start - 1, start + STEP)
    if newline < 0:
        return start
    outermost = _OUTERMOST.search(text, newline + 1, start + STEP)
    return outermost.start() if outermost else newline + 1


def _right_cut(text: str, cursor: int) -> int:
    """Counted from the end of the file, which typing at the cursor leaves where it is."""
    if len(text) - cursor <= RIGHT_CHARACTERS:
        return len(text)
    dropped = -(-(len(text) - cursor - RIGHT_CHARACTERS) // RIGHT_STEP) * RIGHT_STEP
    end = len(text) - dropped
    newline = text.rfind("\n", max(cursor, end - RIGHT_STEP), end)
    return newline + 1 if newline >= 0 else end


def _least_step(text: str, unit: str) -> int:
    """Columns below which white space is only the start of a level of indentation."""
    is_indented = any(leading(line) for line in text.split("\n") if line.strip())
    return depth(unit) if is_indented else LEAST_UNIT


def _indent(left: str, syntax: TextSyntax, unit: str, least: int) -> str:
    line = left.rpartition("\n")[2]
    if line.strip():
        return leading(line)
    header = syntax.header(left)
    if not syntax.opens(last_line(left)):
        return max(line, leading(header), key=depth)
    return line if depth(line) - depth(header) >= least else leading(header) + unit


def _whole(text: str) -> str:
    """A text with a question mark for each half of a character, which JSON can carry."""
    return text.encode(errors="replace").decode()
