"""How a block stands between two texts: what of its end goes, and what goes after it.

A block is tried as it is first, then in the ways it may go better with its surroundings: without
closers that are there already, with a line break, with a closer that it lacks. The syntax says
which of them breaks least; what is equally good stays as the model wrote it. Text that only is not
finished yet breaks nothing.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from string import ascii_letters, digits

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest.repetition import CLOSERS
from unmask_lsp.syntax.brackets import closers_of, unmatched
from unmask_lsp.syntax.embedded import ends_part
from unmask_lsp.syntax.lexing import CLOSER_OF, Lexeme
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Fit, Site
from unmask_lsp.text.indentation import depth, leading

WORD = f"{ascii_letters}{digits}_"
SEPARATORS = (";", ",", "{")
"""Never said twice."""
UNPARTED = " \t)],;"
"""Before these no blank is of use."""
MOST_CUTS = 4
"""Brackets at which a block is tried to end."""
MOST_HEADS = 12
"""Numbers of lines that are tried."""
REMEMBERED = 64
NOTHING = Fit().cost


def joined(block: str, window: ContextWindow) -> str:
    """The block in the way that breaks least; of those that break nothing, the first."""
    if is_text(block, window):
        is_above_end = window.site is Site.STRING and _ends_line(block) and bool(window.rest)
        return block if is_above_end else _trimmed(block, window)
    first, *others = dict.fromkeys(_ways(_without_word(block, window), window))
    best = first
    if fit(first, window).cost != NOTHING:
        better = [way for way in others if _is_better(way, first, window)]
        best = min(better, key=lambda way: fit(way, window).cost, default=first)
    return _closed(best, window) if fit(best, window).is_open else best


def _without_word(block: str, window: ContextWindow) -> str:
    """The block without the word before the cursor, where it says that again and should not."""
    word = window.line[len(window.line.rstrip().rstrip(WORD)) :]
    is_again = word.strip(WORD).isspace() and block.startswith(word)
    if not is_again or fit(block, window).fault is None:
        return block
    shorter = block[len(word) :]
    return shorter if fit(shorter, window).fault is None else block


def _is_better(way: str, first: str, window: ContextWindow) -> bool:
    """Whether a way mends what breaks; a text that was broken before is no measure."""
    one, other = fit(way, window), fit(first, window)
    is_whole = not one.is_open and bool(way.strip())
    mends = one.joins > other.joins or (is_whole and one.errors < other.errors)
    ends_well = one.fault is None and not one.unfinished and bool(way.strip())
    mends = mends or (other.fault is not None and ends_well)
    return mends and one.cost < other.cost


def whole(block: str, window: ContextWindow) -> str:
    """As many of the block's lines as break nothing; none if the first one does."""
    if is_text(block, window):
        return block
    standing = _without_faults(block, window)
    return _finished(standing, window) if window.final else standing


def _finished(block: str, window: ContextWindow) -> str:
    """As many lines as leave nothing to finish, where nobody goes on writing."""
    if not fit(block, window).unfinished:
        return block
    lines = block.rstrip().split("\n")
    shorter = ("\n".join(lines[:count]) + "\n" for count in range(len(lines) - 1, 0, -1))
    heads = [joined(head, window) for head in islice(shorter, MOST_HEADS)]
    best = min([block, *heads], key=lambda head: fit(head, window).unfinished)
    was_whole = not syntax_of(window.language).errors(window.left + window.right)
    return "" if was_whole and fit(best, window).unfinished else best


def _without_faults(block: str, window: ContextWindow) -> str:
    """The block, or of its lines above the first fault as many as are whole."""
    found = fit(block, window)
    if found.fault is None:
        return block if found.joins or _is_between(block, window) else ""
    lines = block.split("\n")
    counts = range(block.count("\n", 0, found.fault), 0, -1)
    heads = (joined("\n".join(lines[:count]) + "\n", window) for count in counts)
    wholes = (head for head in islice(heads, MOST_HEADS) if _is_whole(head, window))
    return next(wholes, "")


def _is_whole(block: str, window: ContextWindow) -> bool:
    found = fit(block, window)
    return found.joins and found.fault is None and not found.unfinished and bool(block.strip())


def _is_between(block: str, window: ContextWindow) -> bool:
    """Whether a block that is not finished stands between brackets that an editor has closed."""
    _, closers = unmatched(_brackets(block, window))
    return not closers and not window.rest.strip(CLOSERS + " \t")


def is_text(block: str, window: ContextWindow) -> bool:
    """Whether no rule of code holds for it: in a comment, in a string, or where code ends."""
    if window.site is Site.STRING:
        opened = syntax_of(window.language).opened(window.left, window.right)
        mark = opened.lstrip("rbfuRBFU@$")
        is_verbatim = "@" in opened[: len(opened) - len(mark)]
        text = block.replace(mark[:1] * 2, "") if is_verbatim else block
        return not mark or mark[0] not in text
    return window.site is Site.COMMENT or ends_part(block, window.language.id)


@lru_cache(REMEMBERED)
def fit(block: str, window: ContextWindow) -> Fit:
    """How a block goes with what is around it."""
    return syntax_of(window.language).fit(window.left, block, window.right)


def _ways(block: str, window: ContextWindow) -> Iterator[str]:
    """The block in the ways it may stand there, best first."""
    if window.rest.lstrip()[:1] in SEPARATORS:
        block = block.rstrip().removesuffix(window.rest.lstrip()[:1])
    yield from _standing(block, window)
    for shorter in (*_without_rest(block, window.rest.rstrip()), *_without_closers(block, window)):
        yield from _standing(shorter, window)


def _without_rest(block: str, rest: str) -> Iterator[str]:
    """The block without an end that the rest of the line says again, whatever the blanks."""
    wanted = _squeezed(rest)
    for start in range(max(0, len(block) - 2 * len(rest)), len(block)):
        end = _squeezed(block[start:])
        if end and wanted.startswith(end) and not block[start].isspace():
            yield block[:start]


def _without_closers(block: str, window: ContextWindow) -> Iterator[str]:
    """The block up to a bracket, or without last lines, that close what the right closes too."""
    syntax = syntax_of(window.language)
    below = next((line for line in window.right.split("\n")[1:] if line.strip()), "")
    if window.rest.strip() or syntax.closes(below):
        for mark in _outer_closers(block, window)[:MOST_CUTS]:
            yield block[: mark.start]
    fault = fit(block, window).fault
    if fault is not None and block[fault:].lstrip().startswith(tuple(CLOSER_OF.values())):
        yield block[:fault]
    lines = block.rstrip().split("\n")
    while len(lines) > 1 and syntax.closes(lines[-1]):
        last = lines.pop()
        if window.rest.strip() or (syntax.closes(below) and depth(last) == depth(below)):
            yield "\n".join(lines)


def _outer_closers(block: str, window: ContextWindow) -> list[Lexeme]:
    """The brackets that the block closes and nobody opened on its line, where that line ends."""
    if not syntax_of(window.language).knows_brackets:
        return []
    _, closers = unmatched(_brackets(block, window))
    if window.rest.strip():
        return closers
    above = window.left.removesuffix(window.line)
    right = block + window.right
    on_line, _ = unmatched(syntax_of(window.language).brackets(above, window.line, right))
    while closers and on_line and CLOSER_OF[on_line[-1].text] == closers[0].text:
        on_line.pop()
        closers.pop(0)
    return closers


def _brackets(block: str, window: ContextWindow) -> list[Lexeme]:
    return syntax_of(window.language).brackets(window.left, block, window.right)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _standing(block: str, window: ContextWindow) -> tuple[str, ...]:
    """The block with what may part it from the rest of its line, best first."""
    text, alone_on_line = block.rstrip(), block.rstrip() + "\n" + window.line
    if _is_before_code(window):
        trimmed = _trimmed(block, window)
        return (alone_on_line, trimmed) if _ends_line(block) else (trimmed, alone_on_line)
    if window.rest.lstrip().startswith(tuple(CLOSER_OF.values())):
        if text.startswith("\n"):  # what begins below its opener ends above its closer
            return (f"{text}\n{leading(window.line)}",)
        if not window.line.strip() and _ends_line(block):
            return (alone_on_line,)
    return (_trimmed(block, window),)


def _closed(block: str, window: ContextWindow) -> str:
    """With closers for what the last line opened, if nothing shows that it goes on below."""
    openers, _ = unmatched(_brackets(block, window))
    text = block.rstrip()
    ends = text[-1:].isalnum() or text.endswith((*CLOSER_OF.values(), '"', "'", "_"))
    is_last = bool(openers) and openers[0].start > text.rfind("\n")
    closed = text + closers_of(openers)
    is_right = ends and is_last and fit(closed, window).fault is None
    return closed if is_right else block


def _is_before_code(window: ContextWindow) -> bool:
    """Whether the hole is where the code of a line begins."""
    return not window.line.strip() and bool(window.rest.strip(CLOSERS + " \t"))


def _trimmed(block: str, window: ContextWindow) -> str:
    """Without white space at its end, unless that parts it from the rest of its line."""
    return block if _parts(block, window) else block.rstrip()


def _parts(block: str, window: ContextWindow) -> bool:
    """Whether blanks at the block's end are what parts it from the rest of its line."""
    is_before_text = window.rest[:1] not in ("", *UNPARTED)
    return is_before_text and block.rstrip() != block and not _ends_line(block)


def _ends_line(block: str) -> bool:
    """Whether nothing but white space is on the block's last line."""
    return "\n" in block[len(block.rstrip()) :]
