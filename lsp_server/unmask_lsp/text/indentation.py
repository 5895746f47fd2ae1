"""Leading white space: how deep a line is, what a file indents with, and fitting text to that.

Lines are separated by \\n here; tabs reach to the next multiple of eight columns, as in Python.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

DEFAULT_UNIT = "    "
MIXED = 0.1
"""Of so many lines a few are no slip."""


def leading(line: str) -> str:
    """The spaces and tabs a line starts with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def depth(line: str) -> int:
    """Columns of white space a line starts with."""
    return len(leading(line).expandtabs())


def unit_of(text: str) -> str:
    """What one more level of indentation is in this text: a tab, or some spaces."""
    return evident_unit(text) or DEFAULT_UNIT


def evident_unit(left: str, right: str = "") -> str:
    """What a text shows one more level of indentation to be; empty if it shows nothing.

    The white space at the cursor, which is between the two texts, counts first.
    """
    here = leading(left.rpartition("\n")[2])
    cursor = "|" if here else ""  # as if something were written there
    lines = [line for line in f"{left}{cursor}{right}".split("\n") if line.strip()]
    return "\t" if here.startswith("\t") else _usual_unit(lines)


def is_mixed(text: str) -> bool:
    """Whether a text indents with tabs here and with spaces there, as GNU's sources do."""
    lines = text.split("\n")
    tabs = sum(line.startswith("\t") for line in lines)
    spaces = sum(line.startswith("  ") for line in lines)
    return min(tabs, spaces) > MIXED * (tabs + spaces)


def _usual_unit(lines: list[str]) -> str:
    tabs = sum(line.startswith("\t") for line in lines)
    spaces = sum(line.startswith("  ") for line in lines)
    if tabs > spaces:
        return "\t"
    steps = Counter(after - before for before, after in pairwise(map(depth, lines)))
    deeper = [step for step in steps if 2 <= step <= 8]
    usual = len(DEFAULT_UNIT)
    best = max(deeper, key=lambda step: (steps[step], step == usual, -step), default=0)
    return " " * best


def with_unit(text: str, unit: str, *, first: bool, own: str = "") -> str:
    """Rewrite the indentation of each line in the file's own characters.

    `first` says whether the first line starts a line of the file, `own` what one more level of
    indentation is in the text, if that is known. A file that indents with tabs gets a tab for each
    level the text itself uses; one that indents with spaces gets no tab.
    """
    own = own or unit_of(text)
    head, *tail = text.split("\n")
    lines = [_refit(head, own, unit) if first else head]
    return "\n".join([*lines, *(_refit(line, own, unit) for line in tail)])


def with_recipes(text: str, above: str, opens: Callable[[str], bool]) -> str:
    """Rewrite the indentation of lines that are below one that opens a body: as one tab.

    `above` is the line above the text.
    """
    lines: list[str] = []
    is_recipe = _opens_recipe(above, opens) or above.startswith("\t") or text.startswith("\t")
    for line in text.split("\n"):
        is_continued = bool(lines) and lines[-1].endswith("\\")
        if line.strip() and not is_continued:
            is_recipe = _opens_recipe(line, opens) or (is_recipe and line[:1] in (" ", "\t"))
        is_spaced = line.startswith("  ") and not is_continued
        lines.append("\t" + line.lstrip(" ") if is_recipe and is_spaced else line)
    return "\n".join(lines)


def _opens_recipe(line: str, opens: Callable[[str], bool]) -> bool:
    """Whether a recipe is below: a rule has one, a condition has whatever is around it."""
    return ":" in line and opens(line)


def shifted(text: str, by: str) -> str:
    """Every line that is not blank, moved right by some white space."""
    return "\n".join(by + line if line.strip() else line for line in text.split("\n"))


def _refit(line: str, own: str, unit: str) -> str:
    white = leading(line)
    if unit != "\t":
        return white.replace("\t", unit) + line[len(white) :]
    if "\t" in white or own == "\t":
        return line
    levels, rest = divmod(len(white), len(own))
    return "\t" * levels + " " * rest + line[len(white) :]
