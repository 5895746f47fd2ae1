"""Which source files are worth learning from.

Judges one file by its path and its text, without knowing any other file: what is generated,
vendored, minified, a table or under a copyleft notice is refused with a reason. Duplicates and
evaluation texts are left to other modules, which know what was seen before.
"""

import re
from enum import StrEnum


class Refusal(StrEnum):
    """Why a file is not taken."""

    BENCHMARK = "benchmark"
    """The path holds the name of a benchmark."""
    VENDORED = "vendored"
    """A copy of another package."""
    GENERATED = "generated"
    """Written by a program."""
    COPYLEFT = "copyleft"
    """The file's own notice names a licence that is not allowed."""
    SIZE = "size"
    """Too short or too long."""
    ENCODING = "encoding"
    """Not UTF-8, or mostly not in English letters."""
    LONG_LINES = "long lines"
    """Minified, or data in lines."""
    TABLE = "table"
    """Rows of literals rather than code."""
    DUPLICATE = "duplicate"
    """Nearly the same as a file that was taken."""
    CONTAMINATED = "contaminated"
    """Repeats an evaluation text."""
    CAP = "cap"
    """Clean, but its package already has its share."""


_LEAST, _MOST = 300, 200_000
_NOTICE = 3_000
"""Characters in which a licence notice is looked for."""
_BANNER = 600
"""Characters in which a generator leaves its name; further down the words are just prose."""
_MEAN_LINE, _LONGEST_LINE = 100, 2_000
_NON_ASCII = 0.05
_ROWS = 0.5
"""Share of the lines that makes rows of literals a table."""
_DIGITS = 0.2
"""Share of the characters that makes figures a table."""

_BENCHMARK = re.compile(
    r"human[-_]?eval|mbpp|eval[-_]?plus|bigcodebench|livecodebench|multipl[-_]?e\b|ds[-_]?1000|"
    r"codexglue|cruxeval|swe[-_]?bench|apps[-_]dataset|leet[-_]?code|rosetta[-_]?code|"
    r"project[-_]?euler|(^|[/_])(katas?|puzzles?)(?![a-z])",
    re.IGNORECASE,
)
_VENDORED = re.compile(
    r"(^|/)(_?vendor(ed)?|_?vendored_[^/]*|third_?party|extern(al)?s?|deps|node_modules|\.mim)/"
)
_GENERATED_PATH = re.compile(
    r"_pb2(_grpc)?\.py$|(^|/)(_?parsetab|_?lextab|_version)\.py$|\.min\.|/migrations/\d{4}_"
)
_GENERATED_TEXT = re.compile(
    r"@generated|do not edit|auto-?generated|generated (by|from|with|using)|"
    r"automatically (generated|created)",
    re.IGNORECASE,
)
_COPYLEFT = re.compile(
    r"GNU (Lesser |Library |Affero )?(General )?Public|Mozilla Public|\b[AL]?GPL", re.IGNORECASE
)
_ROW = re.compile(r"""^\s*[-\[({'"\d].*,\s*$""", re.MULTILINE)
_DIGIT = re.compile(r"\d")
_TEST = re.compile(r"(^|/)(tests?|testing)(/|$)|(^|/)(test_[^/]*|[^/]*_test|conftest)\.\w+$")


def refuse(path: str, text: str) -> Refusal | None:
    """Give the first reason against a file; None if it is worth taking."""
    return _refuse_path(path) or _refuse_text(text)


def is_test(path: str) -> bool:
    """Whether a file tests its package; tests repeat themselves, so their share is limited."""
    return bool(_TEST.search(path))


def _refuse_path(path: str) -> Refusal | None:
    if _BENCHMARK.search(path):
        return Refusal.BENCHMARK
    if _VENDORED.search(path):
        return Refusal.VENDORED
    return Refusal.GENERATED if _GENERATED_PATH.search(path) else None


def _refuse_text(text: str) -> Refusal | None:
    if not _LEAST <= len(text) <= _MOST:
        return Refusal.SIZE
    if _GENERATED_TEXT.search(text, 0, _BANNER):
        return Refusal.GENERATED
    if _COPYLEFT.search(text, 0, _NOTICE):
        return Refusal.COPYLEFT
    if len(text.encode("ascii", "ignore")) < (1 - _NON_ASCII) * len(text):
        return Refusal.ENCODING
    return _refuse_lines(text)


def _refuse_lines(text: str) -> Refusal | None:
    lines = text.splitlines()
    if len(text) > _MEAN_LINE * len(lines) or max(map(len, lines)) > _LONGEST_LINE:
        return Refusal.LONG_LINES
    rows = len(_ROW.findall(text)) > _ROWS * len(lines)
    figures = len(_DIGIT.findall(text)) > _DIGITS * len(text)
    return Refusal.TABLE if rows or figures else None
