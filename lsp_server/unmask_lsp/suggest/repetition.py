"""What a block says that is there already: behind it, before it, or in itself."""

import re
from itertools import product, takewhile

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.syntax.brackets import alone
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Site

CLOSERS = ")]};,"
MARKS = f"{CLOSERS} \t#/*%-"
"""Of these alone is a line that says nothing, as that of an empty comment is."""
SAME_LINES = 3
END_WORD = re.compile(r"[#%@.!{]*\s*(?:end\w*|fi|done|esac|dnl)\b\W*$", re.IGNORECASE)
"""What ends one thing may end the one around it on the next line, no deeper and no less."""
LOOPED_TURNS = {1: 5, 2: 3, 3: 3, 4: 3}
"""So many turns of so many lines, all alike, are no code; the first turn is kept."""
_LOOPED_PHRASE = re.compile(r"(\b\w+\W+\w+(?:\W+\w+)*?\W+)\1{2,}")
"""Two words or more, three times over."""
_WORD = re.compile(r"[^\W\d_]{2}")
"""Numbers and letters that come again are a table, or a drawing."""
_NAME = re.compile(r"[$@]?\b\w+")
_MEMBER = re.compile(r"[$@]?\b(?:\w+(?:\.|->|::))+$")


def without_what_follows(block: str, window: ContextWindow) -> str:
    """Cut where the block goes on with the lines that are already there."""
    lines = (window.line + block).split("\n")
    right = window.right if window.line.strip() else "\n" + window.line + window.right
    below = _written(right.partition("\n")[2].split("\n"))
    is_typed = len(window.line.strip()) > len(lines[0]) - len(window.line)
    for index, line in enumerate(lines):
        if not line.strip() or (index == 0 and is_typed) or _is_in_run(line, window):
            continue
        if _repeats(_written(lines[index:]), below):
            return "\n".join(lines[:index])[len(window.line) :]
    return block


def without_what_precedes(block: str, window: ContextWindow) -> str:
    """Nothing, if the block says again what the lines above say."""
    lines = _written((window.line + block).split("\n"))
    above = _written(window.left.split("\n")[:-1])
    is_run = _is_in_run(lines[0], window) or not any(map(_says_something, lines))
    return "" if lines == above[-len(lines) :] and not is_run else block


def _says_something(line: str) -> bool:
    """Whether a line is more than marks, as an empty comment is, or the end of something."""
    return any(map(str.isalnum, line)) and not END_WORD.match(line.strip())


def _is_in_run(line: str, window: ContextWindow) -> bool:
    """Whether the file itself says a line over and over here."""
    above = _written(window.left.split("\n")[:-1])[-2:]
    below = _written(window.right.split("\n")[1:])[:1]
    return above == [line.rstrip()] * 2 or above[-1:] == below == [line.rstrip()]


def without_rest(block: str, window: ContextWindow) -> str:
    """Drop an end of the block that says again the code on the right of the cursor's line."""
    rest = window.rest.rstrip()
    code = len(rest.rstrip(CLOSERS + "{: \t"))
    for size in range(min(len(rest), len(block)), max(code, 1) - 1, -1):
        if code and block.endswith(rest[:size]) and _pairs_better(block, size, window):
            return block[:-size]
    return block


def _pairs_better(block: str, size: int, window: ContextWindow) -> bool:
    """Whether it says all of the rest, or the line's brackets pair at least as well without it."""
    is_all = size == len(window.rest.rstrip()) and any(map(str.isalnum, block[-size:]))
    if is_all or not alone(block[-size:], window.language):
        return True
    before, after, rest = window.line + block[:-size], block[-size:], window.rest
    return alone(before + rest, window.language) < alone(before + after + rest, window.language)


def without_own_line(block: str, window: ContextWindow) -> str:
    """The block without the cursor's line, or its name before a dot, if it says that again."""
    line = window.line.lstrip()
    if (" " in line.strip() or _is_word(line, window)) and block.lstrip().startswith(line):
        return block.lstrip()[len(line) :]
    member = _MEMBER.search(line)
    names = _NAME.finditer(member.group()) if member else ()
    said = (name.string[name.start() :] for name in names)
    return block.removeprefix(next(filter(block.startswith, said), ""))


def _is_word(line: str, window: ContextWindow) -> bool:
    """Whether a line of code is one word that the syntax cannot tell to be said twice."""
    is_read = window.language.is_prose or syntax_of(window.language).has_grammar
    return not is_read and line.rstrip().isalpha() and line.endswith(" ")


def without_loops(block: str, window: ContextWindow) -> str:
    """Cut where a model goes round in circles: the same line, or the same words, over and over."""
    is_text = window.language.is_prose or window.site in (Site.COMMENT, Site.STRING)
    loops = _LOOPED_PHRASE.finditer(block) if is_text else ()
    if loop := next((loop for loop in loops if _WORD.search(loop[1])), None):
        return block[: loop.start()]
    lines = block.split("\n")
    said = [line.strip() for line in lines]
    for start, (period, turns) in product(range(len(said)), LOOPED_TURNS.items()):
        turn = said[start : start + period]
        if said[start : start + period * turns] == turn * turns and _is_loop(turn, window):
            return "\n".join(lines[: start + period])
    return block


def _is_loop(turn: list[str], window: ContextWindow) -> bool:
    """Whether lines that come again and again say something, and the file has no such lines."""
    is_new = any(window.left.count(line) < SAME_LINES for line in turn if line)
    return is_new and any(map(str.isalpha, "".join(turn)))


def _repeats(lines: list[str], below: list[str]) -> bool:
    """Whether all of the lines, or some in a row, are what is below; closers alone do not count."""
    same = list(takewhile(lambda pair: pair[0] == pair[1], zip(lines, below, strict=False)))
    says_something = any(line.strip(MARKS) for line, _ in same)
    return says_something and (len(same) == len(lines) or len(same) >= SAME_LINES)


def _written(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip()]
