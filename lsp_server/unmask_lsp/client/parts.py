"""Where the words and the lines of a suggestion end: what a person may take of it at a time.

A word takes the white space before it along; signs that stand together are a word. A line takes
the blank lines before it along.
"""

import re

_WORD = re.compile(r"\s*(?:\w+|[^\w\s]+)")
_LINE = re.compile(r"[\r\n]*[^\r\n]+")


def word_ends(text: str) -> tuple[int, ...]:
    """Characters before the end of each word; the last is the end of the text."""
    return _ends(_WORD, text)


def line_ends(text: str) -> tuple[int, ...]:
    """Characters before the end of each line; the last is the end of the text."""
    return _ends(_LINE, text)


def _ends(part: re.Pattern[str], text: str) -> tuple[int, ...]:
    ends = [match.end() for match in part.finditer(text)]
    return (*ends[:-1], len(text)) if text else ()
