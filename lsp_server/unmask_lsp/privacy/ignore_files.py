"""What ignore files say of a path, as git decides it where there is no git to be asked.

The file of the deepest folder that says something wins, in a folder the later file, and nothing is
taken back inside a folder that is ignored (gitignore(5)). The patterns are pathspec's business.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from unmask_lsp.text.bounded_text import bounded_text
from unmask_lsp.text.wildcards import MOST_STEPS, Wildcards

OWN_RULES = ".unmaskignore"
NAMES = (".git/info/exclude", ".gitignore", OWN_RULES)
"""Where rules stand in a folder; the later ones win."""
MOST_FILES = 1000
"""Ignore files that are kept in memory."""
LARGEST_FILE, MOST_LINES = 200_000, 5000
"""Characters and lines of the largest ignore file that is read; a larger one may hide anything."""
_Stamp = tuple[int, int]


class Rules:
    """Lines of an ignore file, of which the last one that matches counts."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(line for line in lines if is_pattern(line))
        self._spec = GitIgnoreSpec.from_lines(self._lines)
        self._wildcards = Counter(map(Wildcards.of, self._lines))

    def says(self, path: str) -> str | None:
        """The line that ignores a path; empty if one takes it back, None if none speaks of it.

        Lines that would take long to match may ignore anything.
        """
        steps = sum(one.steps(path) * number for one, number in self._wildcards.items())
        if steps > MOST_STEPS:
            return max(self._lines, key=lambda line: Wildcards.of(line).steps(path))
        found = self._spec.check_file(path)
        if found.include is None or found.index is None:
            return None
        return self._lines[found.index] if found.include else ""


_NO_RULES = Rules(())


class IgnoreFiles:
    """The rules of the ignore files that were met, read again where they changed."""

    def __init__(self, names: Sequence[str] = NAMES) -> None:
        self._names = tuple(reversed(names))
        self._read: dict[Path, tuple[_Stamp, Rules]] = {}

    def rule(self, path: Path, top: Path) -> str | None:
        """The rule by which a file below a repository's `top` is ignored.

        Empty if a rule takes it back, None if none speaks of it.
        """
        parts, last = path.relative_to(top).parts, None
        folders = [top.joinpath(*parts[:above]) for above in range(len(parts))]
        files = ([one / name for name in self._names] for one in folders)
        found = [
            [(file.relative_to(top).as_posix(), self._rules(file)) for file in beside]
            for beside in files
        ]
        for end in range(1, len(parts) + 1):
            if last := _says(found[:end], parts[:end], is_folder=end < len(parts)):
                return last
        return last

    def _rules(self, file: Path) -> Rules:
        try:
            status = file.stat()
        except OSError:
            return _NO_RULES
        stamp = status.st_mtime_ns, status.st_size
        known = self._read.get(file)
        if known is None or known[0] != stamp:
            if len(self._read) >= MOST_FILES:
                self._read.clear()
            known = self._read[file] = stamp, Rules(_lines(file))
        return known[1]


def _says(
    found: list[list[tuple[str, Rules]]], parts: tuple[str, ...], *, is_folder: bool
) -> str | None:
    """What the deepest rule says of a path, by the rules of the folders above it."""
    for above in reversed(range(len(parts))):
        path = "/".join(parts[above:]) + "/" * is_folder
        for name, rules in found[above]:
            said = rules.says(path)
            if said is not None:
                return f"`{said}` in {name}" if said else ""
    return None


def is_pattern(line: str) -> bool:
    """Whether a line of an ignore file can be understood."""
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def repository(folder: Path) -> Path | None:
    """The top of the repository a folder belongs to; None if it belongs to none."""
    around = (folder, *folder.parents)
    return next((one for one in around if (one / ".git").exists()), None)


def _lines(file: Path) -> list[str]:
    try:
        text = bounded_text(file, LARGEST_FILE, "replace")
    except OSError:
        text = None
    lines = None if text is None else text.splitlines()
    if lines is None or len(lines) > MOST_LINES:
        return ["*"]  # rules that cannot be read may hide anything
    return lines
