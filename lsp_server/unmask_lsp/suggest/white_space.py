"""White space of a block: the file's own characters for it, and as much of it as makes sense.

Where nothing tells how a file is indented, or a rule would have to guess, a block keeps its own.
"""

import re

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.syntax.brackets import unmatched
from unmask_lsp.syntax.lexing import lexemes
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Site, last_line
from unmask_lsp.text.indentation import (
    depth,
    is_mixed,
    leading,
    shifted,
    with_recipes,
    with_unit,
)

MOST_COLUMNS = 8
"""Of one level of indentation."""
SEMICOLONS = 0.2
"""Of so many lines the last character is one where statements end with it."""
_GOES_ON = re.compile(r"[^\w\s)\]}'\";>`]$")
"""The end of a line that goes on below."""
_OFTEN_FLAT = re.compile(r"\s*(?:inline\s+)?(?:namespace|extern)\b")
_LABEL = re.compile(r"(?:case\b|default\s*:)")
_GOES_ON_WITH = re.compile(r":\s|\?|&&|\|\||[|=]>|[-+] |->|<<|\.\w|,|and\b|or\b")
"""The start of a line that goes on with the one above."""


def indented(block: str, window: ContextWindow) -> str:
    """White space as the file has it, and no more of it before the first line than makes sense."""
    line = window.line
    if line.strip():
        block = _parted_once(block, line)
    if window.language.is_prose:
        return block
    if window.site is Site.STRING:
        return block
    block = _in_units(block, window)
    if line.strip() or window.site is Site.COMMENT:
        return block
    if window.site is Site.BODY:
        block = block.lstrip("\n")
    own, wanted = depth(line + block), depth(window.indent)
    if own > wanted:
        return _shallower(block, window)
    is_body = window.site is Site.BODY and not _is_outermost(block, window)
    if own < wanted and is_body and not _is_below(own, window):
        return _deeper(block, window.indent[len(line + leading(block)) :], wanted)
    return block


def _in_units(block: str, window: ContextWindow) -> str:
    """The block with the file's tabs or spaces, where it is known which they are."""
    line = window.line
    if window.language.has_recipes:
        above = last_line(window.left) if line.strip() or not line else ""
        return with_recipes(line + block, above, syntax_of(window.language).opens)[len(line) :]
    if not window.knows_unit or is_mixed(block):
        return block
    return with_unit(block, window.unit, first=not line.strip(), own=_own_unit(block, window))


def _own_unit(block: str, window: ContextWindow) -> str:
    """What one level is in a block whose second line shows it; empty if it does not.

    The block goes on from the cursor's line, so its lines are at least as deep as that one.
    """
    head, *tail = (window.line + block).split("\n")
    written = [line for line in tail if line.strip()]
    below = next(iter(written), "")
    if min(map(depth, written), default=0) == 0:
        return ""
    levels = leading(head).count("\t") + syntax_of(window.language).opens(head)
    columns, rest = divmod(depth(below), levels) if levels else (0, 0)
    is_spaced = leading(below).strip(" ") == "" and not rest and 1 < columns <= MOST_COLUMNS
    return " " * columns if is_spaced else ""


def _parted_once(block: str, line: str) -> str:
    """Without its blank, if the line has one already; more blanks than one align something."""
    is_twice = line.endswith((" ", "\t")) and block[:1] in (" ", "\t")
    is_twice = is_twice and line[-2:-1] not in (" ", "\t")
    return block[1:] if is_twice and block[1:2] not in (" ", "\t") else block


def _is_outermost(block: str, window: ContextWindow) -> bool:
    """Whether it begins with what is in no body: a bracket, an end, a label, a directive."""
    first, syntax = block.partition("\n")[0], syntax_of(window.language)
    is_rule = window.language.has_recipes and syntax.opens(first)
    is_directive = first.startswith("#") and window.language.comment == "//"
    return is_rule or is_directive or syntax.closes(first) or bool(_LABEL.match(first))


def _shallower(block: str, window: ContextWindow) -> str:
    """Move the first line to where it belongs; all of them if they agree with it."""
    is_continued = _is_continued(window) or _goes_on_with(block, window)
    if is_continued or not syntax_of(window.language).has_grammar:
        return block
    line = window.line
    missing = window.indent.removeprefix(line) if window.indent.startswith(line) else ""
    first = missing + block.lstrip(" \t")
    _, *tail = block.split("\n")
    own, wanted = depth(line + block), depth(line + first)
    if not line and own == depth(_line_below(window)):
        return block
    if not (below := [depth(one) for one in tail if one.strip()]) or min(below) < own:
        return first
    return "\n".join([first.split("\n")[0], *(_less(one, own - wanted) for one in tail)])


def _line_below(window: ContextWindow) -> str:
    return next((line for line in window.right.split("\n") if line.strip()), "")


def _is_continued(window: ContextWindow) -> bool:
    """Whether the line above goes on: it shows that, or statements end with a semicolon here."""
    above = window.left.rstrip()
    if window.site is Site.BODY:
        return window.language.id == "yaml" and last_line(above).lstrip().startswith("- ")
    ends = sum(line.endswith(";") for line in window.left.split("\n"))
    has_semicolons = ends > window.left.count("\n") * SEMICOLONS
    is_item = last_line(above).lstrip().startswith("- ")  # what belongs to it is below its text
    ends_inside = has_semicolons and above[-1:] not in (";", "}", "{")
    is_inside = _is_in_tag(window) or _is_in_brackets(window)
    return is_item or ends_inside or is_inside or bool(_GOES_ON.search(above))


def _goes_on_with(block: str, window: ContextWindow) -> bool:
    """Whether the block begins with what goes on with the line above."""
    ends = window.left.rstrip()[-1:] in ("", ";", "{", "}")
    return not ends and bool(_GOES_ON_WITH.match(block.lstrip()))


def _is_in_tag(window: ContextWindow) -> bool:
    """Whether the line above is of a tag on several lines: nothing tells how deep its lines are."""
    text = window.left.rstrip()
    is_page, above = window.language.closes.startswith("</"), last_line(text)
    is_end = above.endswith(">") and "<" not in above
    return is_page and (is_end or text.rfind("<") > text.rfind(">"))


def _is_in_brackets(window: ContextWindow) -> bool:
    """Whether the line above leaves a bracket open inside it, to which its lines may be aligned."""
    above = last_line(window.left)
    marks = (mark for mark in lexemes(above, window.language) if mark.is_bracket)
    openers, _ = unmatched(marks)
    return bool(openers) and openers[-1].end < len(above.rstrip())


def _less(line: str, columns: int) -> str:
    """A line with so much less white space before it."""
    white = leading(line)
    while white and columns > 0 and depth(white) > depth(leading(line)) - columns:
        white = white[:-1]
    return white + line.lstrip(" \t")


def _is_below(own: int, window: ContextWindow) -> bool:
    """Whether a body is deep enough: the block says so itself, below a cursor without any."""
    syntax, below = syntax_of(window.language), _line_below(window)
    header = depth(syntax.header(window.left))
    if _is_often_flat(window):
        return own >= header
    if syntax.closes(below) and depth(below) < own:  # a header on several lines
        return True
    if (
        window.language.ends_with_words
        and below
        and not syntax.closes(below)
        and own == depth(below)
    ):
        return True  # something ends the body, and that is not it
    return own > header and (not window.knows_unit or not window.line)


def _is_often_flat(window: ContextWindow) -> bool:
    """Whether a body may be no deeper than its header: in pages, lists, namespaces, who knows."""
    above, syntax = last_line(window.left), syntax_of(window.language)
    is_list = window.language.id == "yaml" and not window.line
    is_sure = syntax.has_grammar or (syntax.knows_brackets and above[-1:] in ("(", "[", "{"))
    is_page = window.language.closes.startswith("</")
    is_condition = window.language.has_recipes and ":" not in above
    return is_page or is_list or is_condition or not is_sure or bool(_OFTEN_FLAT.match(above))


def _deeper(block: str, missing: str, wanted: int) -> str:
    """Move the block right; only its first line if the others are where they belong."""
    tail = [line for line in block.split("\n")[1:] if line.strip()]
    own = depth(block)
    is_first_only = bool(tail) and min(map(depth, tail)) >= wanted > own
    return missing + block if is_first_only else shifted(block, missing)
