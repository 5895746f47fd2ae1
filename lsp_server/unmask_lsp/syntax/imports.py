"""Which files of the workspace a text imports: guesses by name, of which those that exist count.

Knows no build system: a module is looked for beside the file and in the folders above it, up to
the workspace's root.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from unmask_lsp.syntax.languages import Language

MOST_FILES = 20
"""Files that are taken of a text's imports, the first ones."""
MOST_FOLDERS = 6
"""Folders in which a module is looked for, the nearest ones."""
_FOLDER_MODULES = ("__init__", "index", "mod")
_OUTER = re.compile(r"^(crate|self)::")


def imported_files(text: str, language: Language, path: Path, root: Path) -> list[Path]:
    """The files that a text, itself the file `path` below `root`, imports."""
    if not language.imports:
        return []
    names = (found["file"] for found in re.finditer(language.imports, text, re.MULTILINE))
    files = (_file(name, language, path, root) for name in dict.fromkeys(names))
    return list(islice(dict.fromkeys(file for file in files if file), MOST_FILES))


def _file(name: str, language: Language, path: Path, root: Path) -> Path | None:
    try:
        guesses = (guess.resolve() for guess in _guesses(name, language, path.parent, root))
        return next((guess for guess in guesses if guess != path and guess.is_file()), None)
    except (OSError, ValueError):  # a name that no file can have
        return None


def _guesses(name: str, language: Language, folder: Path, root: Path) -> Iterator[Path]:
    for start, parts in _starts(name, folder, root):
        for end in (len(parts), len(parts) - 1):  # the last part may be what a module defines
            module = start.joinpath(*parts[:end])
            yield module
            if module.name:
                yield from (module.with_name(module.name + one) for one in language.extensions)
            for one in language.extensions:
                yield from (module / f"{name}{one}" for name in _FOLDER_MODULES)


def _starts(name: str, folder: Path, root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Where a name may count from, and its parts from there."""
    if "/" in name or name.endswith((".h", ".hpp")):
        yield folder, name.split("/")
    elif name.startswith("."):
        dots = len(name) - len(name.lstrip("."))
        start = next(islice((folder, *folder.parents), dots - 1, None), root)
        yield start, [part for part in name.split(".") if part]
    else:
        parts = [part for part in re.split(r"\.|::", _OUTER.sub("", name)) if part]
        above = [one for one in (folder, *folder.parents) if one.is_relative_to(root)]
        yield from ((start, parts) for start in above[:MOST_FOLDERS])
