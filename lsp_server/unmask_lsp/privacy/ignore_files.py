"""What ignore files say of a path, as git decides it: .gitignore, .unmaskignore, .git/info/exclude.

The file of the deepest folder that says something wins, in a folder the later file, and nothing is
taken back inside a folder that is ignored (gitignore(5)). The patterns are pathspec's business.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from pathspec import GitIgnoreSpec

NAMES = (".git/info/exclude", ".gitignore", ".unmaskignore")
"""Where rules stand in a folder; the later ones win."""
_NO_RULES = GitIgnoreSpec([])
_Stamp = tuple[int, int]


class IgnoreFiles:
    """The rules of the ignore files that were met, read again where they changed."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[_Stamp, GitIgnoreSpec]] = {}

    def ignores(self, path: Path, root: Path) -> bool:
        """Whether a file below `root` is ignored; rules count from the repository's top on."""
        return bool(self.rule(path, root))

    def rule(self, path: Path, root: Path) -> str:
        """The rule by which a file is ignored, and where it stands; empty if it is not."""
        top = _repository(root)
        parts = path.relative_to(top).parts
        found = (self._says(top, parts[:end], len(parts)) for end in range(1, len(parts) + 1))
        return next(filter(None, found), "")

    def _says(self, top: Path, parts: tuple[str, ...], depth: int) -> str:
        """The deepest rule of a file at `depth`, or of a folder above one, if it ignores it."""
        for above in reversed(range(len(parts))):
            folder = top.joinpath(*parts[:above])
            path = "/".join(parts[above:]) + "/" * (len(parts) < depth)
            for name in reversed(NAMES):
                rules = self._rules(folder / name)
                said = rules.check_file(path)
                if said.include is not None:
                    rule = f"`{_line_of(rules, said.index)}` in {(folder / name).relative_to(top)}"
                    return rule if said.include else ""
        return ""

    def _rules(self, file: Path) -> GitIgnoreSpec:
        try:
            status = file.stat()
        except OSError:
            return _NO_RULES
        stamp = status.st_mtime_ns, status.st_size
        known = self._read.get(file)
        if known is None or known[0] != stamp:
            known = self._read[file] = stamp, patterns(_lines(file))
        return known[1]


def pattern_of(rules: GitIgnoreSpec, name: str) -> str:
    """The pattern that takes a file in, as it was written; empty if none does."""
    said = rules.check_file(name)
    return _line_of(rules, said.index) if said.include else ""


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Lines of an ignore file; those that are no pattern match nothing, as in git."""
    return GitIgnoreSpec.from_lines(line for line in lines if is_pattern(line))


def is_pattern(line: str) -> bool:
    """Whether a line of an ignore file can be understood."""
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _line_of(rules: GitIgnoreSpec, index: int | None) -> str:
    return "" if index is None else str(getattr(rules.patterns[index], "pattern", ""))


def _repository(root: Path) -> Path:
    """The top of the repository a folder belongs to; the folder itself if it belongs to none."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ["*"]  # rules that cannot be read may hide anything
