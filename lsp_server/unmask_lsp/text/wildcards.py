"""How long it may take to match a pattern of a repository: one can be made to take for ever.

Libraries match wildcards by trying: each `*` at every place, for every place of those before it.
What is counted here is the most that can be tried.
"""

import re
from dataclasses import dataclass
from math import comb, inf

MOST_STEPS = 3_000_000
"""Places that may be tried for all patterns of a file together: about a tenth of a second."""
_FOLDERS = re.compile(r"(?:^|(?<=/))\*\*(?=/|$)")
_OUTERMOST = re.compile(r"^!?/?(?:\*\*/)?|(?:/\*\*)?/?$")
_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Wildcards:
    """What of a pattern is tried at many places."""

    stars: int
    """Wildcards for a part of a name."""
    folders: int
    """Wildcards for any number of folders."""

    @classmethod
    def of(cls, pattern: str) -> "Wildcards":
        """Count those of a line of an ignore file, without what costs nothing at its ends."""
        inner = _OUTERMOST.sub("", pattern)
        folders = len(_FOLDERS.findall(inner))
        return cls(stars=_FOLDERS.sub("", inner).count("*"), folders=folders)

    def steps(self, path: str) -> int:
        """The most places that are tried with a path."""
        longest = max(map(len, path.split("/")))
        within_names = comb(longest + self.stars, self.stars)
        return within_names * comb(len(path) + self.folders, self.folders)


def section_steps(pattern: str, path: str) -> float:
    """The same for a section of an .editorconfig, which may have alternatives: `{*.c,*.h}`."""
    ways = 1
    while found := _ALTERNATIVES.search(pattern):
        options = found[1].split(",")
        ways *= len(options)
        worst = max(options, key=lambda option: option.count("*"))
        pattern = pattern[: found.start()] + worst + pattern[found.end() :]
    return inf if {"{", "}"} & set(pattern) else ways * Wildcards.of(pattern).steps(path)
