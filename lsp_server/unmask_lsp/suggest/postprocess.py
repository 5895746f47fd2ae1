"""From the model's block to what is shown: a list of small cuts, each with its own reason.

Everything here is text and syntax. The order matters: white space first, then what is already
there, then where the block must end, then how it stands before what follows, then whether what is
left is worth showing. Text for people is spared all rules of code.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest import joint
from unmask_lsp.suggest.repetition import (
    CLOSERS,
    without_loops,
    without_own_line,
    without_rest,
    without_what_follows,
    without_what_precedes,
)
from unmask_lsp.suggest.scope import within_scope
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.syntax.sites import Site, syntax_of
from unmask_lsp.text.indentation import depth, is_mixed, leading, shifted, with_unit

NO_CHARACTER = "\ufffd"
REMEMBERED = 8
"""Blocks that are not worked on again: repair looks at a block before it is suggested."""
SEMICOLONS = 0.2
"""Of so many lines the last character is one where statements end with it."""
_GOES_ON = re.compile(r"[^\w\s)\]}'\";>`]$")
"""The end of a line that goes on below."""

Steps = tuple[tuple[Callable[[str, ContextWindow], str], SilenceReason], ...]
"""Cuts in order, each with the reason why nothing is shown if it leaves nothing."""


def suggest(
    block: str, window: ContextWindow, *, cursor: int, max_lines: int = 0
) -> Suggestion | SilenceReason:
    """What to insert at `cursor`, or why not; `max_lines` 0 means no limit."""
    text = fitted(block, window, max_lines)
    if isinstance(text, SilenceReason):
        return text
    shown = _through(_LAST_STEPS, text, window.part)
    if isinstance(shown, SilenceReason):
        return shown
    return Suggestion(text=shown.replace("\n", window.newline), start=cursor, end=cursor)


@lru_cache(REMEMBERED)
def fitted(block: str, window: ContextWindow, max_lines: int = 0) -> str | SilenceReason:
    """The block as it fits there, were its syntax right; or why nothing of it is shown."""
    text = _limited(block.replace("\r\n", "\n").replace("\r", "\n"), window, max_lines)
    return _through(_STEPS, text, window.part) if text.strip() else SilenceReason.EMPTY


@lru_cache(REMEMBERED)
def whole(block: str, window: ContextWindow) -> str:
    """As many of the block's lines as break nothing."""
    return joint.whole(block, window.part)


def _through(steps: Steps, text: str, window: ContextWindow) -> str | SilenceReason:
    for step, reason in steps:
        text = step(text, window)
        if not text.strip():
            return reason
    return text


def _decoded(block: str, window: ContextWindow) -> str:
    """Cut where the model wrote bytes that are no character, and with them their line."""
    head, broken, _ = block.partition(NO_CHARACTER)
    return head.rpartition("\n")[0] if broken else block


def _indented(block: str, window: ContextWindow) -> str:
    """White space as the file has it, and no more of it before the first line than makes sense."""
    line = window.line
    if line.strip():
        block = _parted_once(block, line)
    if window.language.is_prose:
        return block
    if window.knows_unit and not is_mixed(block):
        block = with_unit(block, window.unit, first=not line.strip())
    if line.strip():
        return block
    if window.site is Site.BODY:
        block = block.lstrip("\n")
    own, wanted = depth(line + block), depth(window.indent)
    if own > wanted:
        return _shallower(block, window)
    is_body = window.site is Site.BODY and not _is_directive(block, window)
    if own < wanted and is_body and not _is_below(own, window):
        return _deeper(block, window.indent[len(line + leading(block)) :], wanted)
    return block


def _parted_once(block: str, line: str) -> str:
    """Without its blank, if the line has one already; more blanks than one align something."""
    is_twice = line.endswith((" ", "\t")) and block[:1] in (" ", "\t")
    return block[1:] if is_twice and block[1:2] not in (" ", "\t") else block


def _is_directive(block: str, window: ContextWindow) -> bool:
    """Whether a block begins with a line for C's preprocessor."""
    return block.startswith("#") and window.language.comment == "//"


def _shallower(block: str, window: ContextWindow) -> str:
    """Move the first line to where it belongs; all of them if they agree with it."""
    if _is_continued(window) or not syntax_of(window.language).has_grammar:
        return block
    line = window.line
    missing = window.indent.removeprefix(line) if window.indent.startswith(line) else ""
    first = missing + block.lstrip(" \t")
    _, *tail = block.split("\n")
    own, wanted = depth(line + block), depth(line + first)
    if not line and own == _depth_below(window):
        return block
    if not (below := [depth(one) for one in tail if one.strip()]) or min(below) < own:
        return first
    return "\n".join([first.split("\n")[0], *(_less(one, own - wanted) for one in tail)])


def _depth_below(window: ContextWindow) -> int:
    return depth(next((line for line in window.right.split("\n") if line.strip()), ""))


def _is_continued(window: ContextWindow) -> bool:
    """Whether the line above goes on: it shows that, or statements end with a semicolon here."""
    above = window.left.rstrip()
    if window.site is Site.BODY:
        return False
    ends = sum(line.endswith(";") for line in window.left.split("\n"))
    has_semicolons = ends > window.left.count("\n") * SEMICOLONS
    return bool(_GOES_ON.search(above)) or (has_semicolons and above[-1:] not in (";", "}", "{"))


def _less(line: str, columns: int) -> str:
    """A line with so much less white space before it."""
    white = leading(line)
    while white and columns > 0 and depth(white) > depth(leading(line)) - columns:
        white = white[:-1]
    return white + line.lstrip(" \t")


def _is_below(own: int, window: ContextWindow) -> bool:
    """Whether a body is deep enough where nothing tells how deep bodies are in this file."""
    header = syntax_of(window.language).header(window.left)
    return not window.knows_unit and own > depth(header)


def _deeper(block: str, missing: str, wanted: int) -> str:
    """Move the block right; only its first line if the others are where they belong."""
    tail = [line for line in block.split("\n")[1:] if line.strip()]
    own = depth(block)
    is_first_only = bool(tail) and min(map(depth, tail)) >= wanted > own
    return missing + block if is_first_only else shifted(block, missing)


def _joined(block: str, window: ContextWindow) -> str:
    return joint.joined(block, window)


def _worth_showing(block: str, window: ContextWindow) -> str:
    """Nothing, if all it does is close brackets."""
    return block if block.strip(CLOSERS + " \t\n") else ""


def _limited(block: str, window: ContextWindow, max_lines: int) -> str:
    """The first lines; where nothing tells what goes on below, blank ones above do not count."""
    if not max_lines:
        return block
    is_known = syntax_of(window.language).knows_brackets
    blank = 0 if is_known else block[: len(block) - len(block.lstrip())].count("\n")
    return "\n".join(block.split("\n")[: max_lines + blank])


_STEPS: Steps = (
    (_decoded, SilenceReason.NO_TEXT),
    (without_own_line, SilenceReason.REPEATS_LEFT),
    (_indented, SilenceReason.EMPTY),
    (without_loops, SilenceReason.REPEATS_LEFT),
    (without_what_follows, SilenceReason.REPEATS_RIGHT),
    (within_scope, SilenceReason.OUT_OF_SCOPE),
    (without_rest, SilenceReason.REPEATS_RIGHT),
    (_joined, SilenceReason.REPEATS_RIGHT),
    (without_what_precedes, SilenceReason.REPEATS_LEFT),
)
_LAST_STEPS: Steps = (
    (whole, SilenceReason.SYNTAX),
    (_worth_showing, SilenceReason.CLOSERS),
)
