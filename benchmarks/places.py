"""Random places in real Python files: those of the standard library this Python came with.

The same seed and the same Python give the same places.
"""

import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

SPAN = 200
"""Most characters of a span that is to be replaced."""

Draw = Callable[[Random, str], tuple[int, int]]
"""Chooses characters [start, end) of a text as the hole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A hole in a file."""

    name: str
    """The file, relative to the library, and the character the hole starts at."""
    left: str
    """Text before the hole."""
    hole: str
    """What stands in it."""
    right: str
    """Text after the hole."""


def anywhere(random: Random, text: str) -> tuple[int, int]:
    """Return a cursor between any two characters, or as often a span that is to be replaced."""
    start = random.randint(0, len(text))
    return start, min(len(text), start + random.choice((0, random.randint(0, SPAN))))


def rest_of_line(random: Random, text: str) -> tuple[int, int]:
    """Return everything from a cursor to the end of its line, without the line break."""
    start = random.randint(0, len(text))
    end = text.find("\n", start)
    return start, end if end >= 0 else len(text)


def random_places(draw: Draw, seed: int) -> Iterator[Place]:
    """Give places without end; any of them may come twice."""
    random, files = Random(seed), library()
    while True:
        file = random.choice(files)
        text = file.read_bytes().decode("utf-8", errors="ignore")  # keeps line ends as they are
        start, end = draw(random, text)
        yield Place(
            name=f"{file.relative_to(_root()).as_posix()}:{start}",
            left=text[:start],
            hole=text[start:end],
            right=text[end:],
        )


def library() -> list[Path]:
    """Return the Python files of the standard library, without those installed beside it."""
    others = {"site-packages", "dist-packages"}
    return sorted(
        path
        for path in _root().rglob("*.py")
        if not others & set(path.parts) and path.stat().st_size
    )


def _root() -> Path:
    return Path(sysconfig.get_path("stdlib"))
