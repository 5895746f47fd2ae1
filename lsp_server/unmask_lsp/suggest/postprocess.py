"""From the model's block to what is shown: a list of small cuts, each with its own reason.

Everything here is text and syntax. The order matters: white space first, then what is already
there, then where the block must end, then whether what is left is worth showing.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, takewhile

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.syntax import lexing
from unmask_lsp.syntax.brackets import alone, balanced
from unmask_lsp.syntax.lexing import CLOSER_OF, Kind
from unmask_lsp.syntax.sites import Site, syntax_of
from unmask_lsp.text.indentation import depth, leading, shifted, with_unit

CLOSERS = ")]};,"
UNPARTED = " \t)],;"
"""Before these no blank is of use."""
NO_CHARACTER = "\ufffd"
SAME_LINES = 3
MOST_CUTS = 12
REMEMBERED = 8
"""Blocks that are not worked on again: repair looks at a block before it is suggested."""

Steps = tuple[tuple[Callable[[str, ContextWindow], str], SilenceReason], ...]
"""Cuts in order, each with the reason why nothing is shown if it leaves nothing."""


def suggest(
    block: str, window: ContextWindow, *, cursor: int, max_lines: int = 0
) -> Suggestion | SilenceReason:
    """What to insert at `cursor`, or why not; `max_lines` 0 means no limit."""
    text = fitted(block, window, max_lines)
    shown = text if isinstance(text, SilenceReason) else _through(_LAST_STEPS, text, window)
    if isinstance(shown, SilenceReason):
        return shown
    return Suggestion(text=shown.replace("\n", window.newline), start=cursor, end=cursor)


@lru_cache(REMEMBERED)
def fitted(block: str, window: ContextWindow, max_lines: int = 0) -> str | SilenceReason:
    """The block as it fits there, were its syntax right; or why nothing of it is shown."""
    text = _limited(block.replace("\r\n", "\n").replace("\r", "\n"), max_lines)
    return _through(_STEPS, text, window) if text.strip() else SilenceReason.EMPTY


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
    block = with_unit(block, window.unit, first=not line.strip())
    if line.strip():
        return block.lstrip(" \t") if line.endswith((" ", "\t")) else block
    if window.site is Site.BODY:
        block = block.lstrip("\n")
    own, wanted = depth(line + block), depth(window.indent)
    if own > wanted:
        missing = window.indent.removeprefix(line) if window.indent.startswith(line) else ""
        return missing + block.lstrip(" \t")
    if own < wanted and window.site is Site.BODY:
        return _deeper(block, window.indent[len(line + leading(block)) :], wanted)
    return block


def _deeper(block: str, missing: str, wanted: int) -> str:
    """Move the block right; only its first line if the others are where they belong."""
    tail = _written(block.split("\n")[1:])
    is_first_only = bool(tail) and min(map(depth, tail)) >= wanted
    return missing + block if is_first_only else shifted(block, missing)


def _without_what_follows(block: str, window: ContextWindow) -> str:
    """Cut where the block goes on with the lines that are already there."""
    lines = (window.line + block).split("\n")
    right = window.right if window.line.strip() else "\n" + window.line + window.right
    below = _written(right.partition("\n")[2].split("\n"))
    for index, line in enumerate(lines):
        if line.strip() and _repeats(_written(lines[index:]), below):
            return "\n".join(lines[:index])[len(window.line) :]
    return block


def _repeats(lines: list[str], below: list[str]) -> bool:
    """Whether all of the lines, or some in a row, are what is below; closers alone do not count."""
    same = list(takewhile(lambda pair: pair[0] == pair[1], zip(lines, below, strict=False)))
    says_something = any(line.strip(CLOSERS + " \t") for line, _ in same)
    return says_something and (len(same) == len(lines) or len(same) >= SAME_LINES)


def _without_what_precedes(block: str, window: ContextWindow) -> str:
    """Nothing, if the block says again what the lines above say."""
    lines = _written((window.line + block).split("\n"))
    above = _written(window.left.split("\n")[:-1])
    return "" if lines == above[-len(lines) :] else block


def _within_scope(block: str, window: ContextWindow) -> str:
    """Cut at the first line that belongs further out than the block began.

    A hole that was asked to be filled may lead further out, but not out of all.
    """
    if window.site is Site.STRING:
        return _within_string(block, window)
    if window.site is Site.COMMENT:
        return _within_comment(block, window)
    head, *tail = (window.line + block).split("\n")
    syntax = syntax_of(window.language)
    unsure = len(window.line) + syntax.reach(window.left, block, window.right)
    first = next((line for line in [head, *tail] if line.strip()), "")
    least = depth(first) + bool(window.line.strip())
    least = min(least, 1) if window.final else least
    kept = [head]
    for line in tail:
        is_sure = len("\n".join(kept)) + 1 + len(leading(line)) < unsure
        is_outside = bool(line.strip()) and depth(line) < least and not is_sure
        if is_outside and not syntax.closes(line):
            break
        kept.append(line)
        if is_outside and depth(line) < depth(first):
            break
    return "\n".join(kept)[len(window.line) :]


def _within_comment(block: str, window: ContextWindow) -> str:
    """Cut where the comment ends: with its lines, or at the mark that closes it."""
    opener, closer = window.language.long_comment
    if opener and _opened(window).startswith(opener):
        text, mark, _ = block.partition(closer)
        is_closed = closer in window.right.partition(opener)[0]
        return text.rstrip(" \t") if is_closed else text + mark
    head, *tail = block.split("\n")
    mark = window.language.comment
    return "\n".join([head, *takewhile(lambda line: line.lstrip().startswith(mark), tail)])


def _within_string(block: str, window: ContextWindow) -> str:
    """Cut at the end of the line, or at the quote that is already there."""
    long_quotes = window.language.long_quotes
    text = block if _opened(window).startswith(long_quotes) else block.partition("\n")[0]
    quotes = (*long_quotes, *window.language.quotes)
    quote = next(filter(window.rest.startswith, quotes), "")
    return _before_quote(text, quote, window) if quote else text


def _before_quote(text: str, quote: str, window: ContextWindow) -> str:
    """Cut at a quote that is not escaped: the first one, unless only a later one breaks nothing."""
    marks = re.finditer(rf"(?s)\\.|{re.escape(quote)}", text)
    cuts = [text[: mark.start()] for mark in marks if mark.group() == quote] or [text]
    if len(cuts) == 1:
        return cuts[0]
    errors = syntax_of(window.language).errors
    before = errors(window.left + window.right)
    fits = (cut for cut in cuts[:MOST_CUTS] if errors(window.left + cut + window.right) <= before)
    return next(fits, cuts[0])


def _opened(window: ContextWindow) -> str:
    """The string or comment the cursor is in, from where it starts."""
    last = deque(lexing.lexemes(window.left, window.language), maxlen=1)
    return last[0].text if last else ""


def _with_balanced_brackets(block: str, window: ContextWindow) -> str:
    """Cut before a bracket that closes too much."""
    if window.site in (Site.COMMENT, Site.STRING):
        return block
    if lexing.inside(window.left, window.language) is Kind.STRING:  # in a field of a string
        return balanced("{", block, window.rest, window.language)
    return balanced(window.left, block, window.right, window.language)


def _without_overlap(block: str, window: ContextWindow) -> str:
    """Drop an end of the block that the rest of the cursor's line says again."""
    rest = window.rest.rstrip()
    for size in range(min(len(rest), len(block)), 0, -1):
        if block.endswith(rest[:size]) and _is_said_twice(block, size, window):
            block = block[:-size]
            return block if _parts(block, window) else block.rstrip(" \t")
    is_statement = _is_before_code(window) and not _parts(block, window)
    return f"{block}\n" if is_statement else block


def _is_said_twice(block: str, size: int, window: ContextWindow) -> bool:
    """Whether the last `size` characters can go: brackets among them only if they pair up then."""
    same, language = block[-size:], window.language
    says_all = size >= len(window.rest.rstrip(CLOSERS + "{: \t"))
    if says_all and balanced("", same, "", language) == same:
        return True
    if same.strip(CLOSERS) and not says_all:
        return False
    without = alone(window.left + block[:-size] + window.right, language)
    return without < alone(window.left + block + window.right, language)


@lru_cache(REMEMBERED)
def whole(block: str, window: ContextWindow) -> str:
    """As many of the block's lines as break nothing; not judged if the file is broken anyway."""
    if window.site in (Site.COMMENT, Site.STRING):
        return _trimmed(block, window)
    left, right = window.left, window.right
    errors = syntax_of(window.language).errors
    without_line = left.removesuffix(window.line) + right.removeprefix(window.rest)
    before = min(errors(without_line), errors(left + right))
    best, fewest = next(_heads(block, window)) if before else "", before + 1
    for head in _heads(block, window):
        found = errors(left + head + right)
        if not found:
            return head
        if found < fewest:
            best, fewest = head, found
    return best


def _heads(block: str, window: ContextWindow) -> Iterator[str]:
    """The block and ever less of its lines, each in the ways it may stand before the rest."""
    yield from _standing(block, window)
    lines = block.rstrip().split("\n")
    for count in islice(range(len(lines) - 1, 0, -1), MOST_CUTS - 1):
        yield from _standing("\n".join(lines[:count]) + "\n", window)


def _standing(block: str, window: ContextWindow) -> tuple[str, ...]:
    """The block with what may part it from the rest of its line, best first."""
    text, alone_on_line = block.rstrip(), block.rstrip() + "\n" + window.line
    if _is_before_code(window):
        joined = _trimmed(block, window)
        return (alone_on_line, joined) if _ends_line(block) else (joined, alone_on_line)
    if text.startswith("\n") and window.rest.startswith(tuple(CLOSER_OF.values())):
        # What begins below its opener ends above its closer.
        return (f"{text}\n{leading(window.line)}",)
    return (_trimmed(block, window),)


def _is_before_code(window: ContextWindow) -> bool:
    """Whether the hole is where the code of a line begins."""
    return not window.line.strip() and bool(window.rest.strip(CLOSERS + " \t"))


def _trimmed(block: str, window: ContextWindow) -> str:
    """Without white space at its end, unless that parts it from the rest of its line."""
    return block if _parts(block, window) else block.rstrip()


def _parts(block: str, window: ContextWindow) -> bool:
    """Whether blanks at the block's end are what parts it from the rest of its line."""
    is_parted = bool(window.rest[:1].strip(UNPARTED))
    return block.endswith((" ", "\t")) and not _ends_line(block) and is_parted


def _ends_line(block: str) -> bool:
    return "\n" in block[len(block.rstrip()) :]


def _worth_showing(block: str, window: ContextWindow) -> str:
    """Nothing, if all it does is close what is open."""
    return "" if re.fullmatch(rf"(?:{window.language.closes}|[,;\s])*", block) else block


def _limited(block: str, max_lines: int) -> str:
    return "\n".join(block.split("\n")[:max_lines]) if max_lines else block


def _written(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip()]


_STEPS: Steps = (
    (_decoded, SilenceReason.NO_TEXT),
    (_indented, SilenceReason.EMPTY),
    (_without_what_follows, SilenceReason.REPEATS_RIGHT),
    (_within_scope, SilenceReason.OUT_OF_SCOPE),
    (_with_balanced_brackets, SilenceReason.CLOSERS),
    (_without_overlap, SilenceReason.REPEATS_RIGHT),
    (_without_what_precedes, SilenceReason.REPEATS_LEFT),
)
_LAST_STEPS: Steps = (
    (_decoded, SilenceReason.NO_TEXT),
    (whole, SilenceReason.SYNTAX),
    (_worth_showing, SilenceReason.CLOSERS),
)
