"""Where a block must end: with the scope, the comment or the string that it begins in."""

import re
from itertools import islice, takewhile

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Site
from unmask_lsp.text.indentation import depth, leading

MOST_CUTS = 12


def within_scope(block: str, window: ContextWindow) -> str:
    """Cut at the first line that belongs further out than the block began.

    A hole that was asked to be filled may lead further out, but not out of all.
    """
    if window.site is Site.STRING:
        return _within_string(block, window)
    if window.site is Site.COMMENT:
        return _within_comment(block, window)
    if window.language.is_prose:
        return block
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
    """Cut where the comment ends: with its lines, or behind the line on which it is closed."""
    opener, closer = window.language.long_comment
    opened = syntax_of(window.language).opened(window.left, window.right)
    if opener and opened.startswith(opener):
        text, mark, rest = block.partition(closer)
        if closer in window.right.partition(opener)[0]:
            return text.rstrip(" \t")
        return text + mark + rest.partition("\n")[0]
    head, *tail = block.split("\n")
    mark = window.language.comment
    return "\n".join([head, *takewhile(lambda line: line.lstrip().startswith(mark), tail)])


def _within_string(block: str, window: ContextWindow) -> str:
    """Cut at the end of the line, unless the string is a long one, or at the quote that ends it."""
    long_quotes, short_quotes = window.language.long_quotes, tuple(window.language.quotes)
    opened = syntax_of(window.language).opened(window.left, window.right)
    mark = opened.lstrip("rbfuRBFU@$")
    is_long = "\n" in opened or mark.startswith(long_quotes) or not mark.startswith(short_quotes)
    text = block if is_long else block.partition("\n")[0]
    quotes = (*long_quotes, *short_quotes)
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
    fits = (
        cut for cut in islice(cuts, MOST_CUTS) if errors(window.left + cut + window.right) <= before
    )
    return next(fits, cuts[0])
