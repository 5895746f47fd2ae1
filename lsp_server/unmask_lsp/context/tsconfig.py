"""What a tsconfig.json, or a jsconfig.json, says of modules' names: its `paths` and `baseUrl`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ValidationError

Read = Callable[[Path], str | None]
"""Gives the text of a file; None where there is none, or it must not be read."""

NAMES = ("tsconfig.json", "jsconfig.json")
MOST_EXTENDED = 4
"""Configurations that are followed, each extended by the one before."""
_STRING = r'("(?:\\.|[^"\\])*"?)'  # one that has no end reaches to that of the text, once


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """Names of modules that stand for paths."""

    folder: Path
    """What the paths count from."""
    paths: dict[str, list[str]] = field(default_factory=dict)
    """Patterns with at most one `*`, and the paths they stand for."""
    has_base: bool = False
    """Whether every name may count from `folder`."""

    @classmethod
    def of(cls, folder: Path, read: Read) -> "Aliases | None":
        """What the configuration in a folder says; None if there is none."""
        files = (folder / name for name in NAMES)
        found = next((file for file in files if read(file) is not None), None)
        return _said(found, read) if found else None

    def targets(self, name: str) -> Iterator[Path]:
        """The paths that a name may stand for, of the longest pattern that it is like."""
        for pattern in sorted(self.paths, key=lambda one: -len(one.partition("*")[0])):
            start, star, end = pattern.partition("*")
            if name.startswith(start) and name.endswith(end) if star else name == pattern:
                middle = name[len(start) : len(name) - len(end)]
                targets = (target.replace("*", middle) for target in self.paths[pattern])
                yield from (self.folder / target for target in targets)
                return
        if self.has_base:
            yield self.folder / name


class _Options(BaseModel):
    baseUrl: str | None = None
    paths: dict[str, list[str]] | None = None


class _Config(BaseModel):
    compilerOptions: _Options = _Options()
    extends: str | list[str] = ""


def _said(file: Path, read: Read) -> Aliases:
    """What a configuration says of names, else the first one it extends that says anything."""
    todo, folder = [file], file.parent
    for _ in range(MOST_EXTENDED):
        if not todo:
            break
        here = todo.pop(0)
        config = _parsed(read(here) or "")
        options = config.compilerOptions
        if options.baseUrl is not None or options.paths:
            base = here.parent / (options.baseUrl or "")
            return Aliases(
                folder=base, paths=options.paths or {}, has_base=options.baseUrl is not None
            )
        extended = [config.extends] if isinstance(config.extends, str) else config.extends
        todo += [here.parent / _with_ending(name) for name in extended if name.startswith(".")]
    return Aliases(folder=folder)


def _with_ending(name: str) -> str:
    return name if name.endswith(".json") else f"{name}.json"


def _parsed(text: str) -> _Config:
    """A configuration as people write it: with comments, and commas that end a list."""
    plain = re.sub(rf"(?s){_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", lambda found: found[1] or "", text)
    plain = re.sub(rf"{_STRING}|,(?=\s*[}}\]])", lambda found: found[1] or "", plain)
    try:
        return _Config.model_validate_json(plain)
    except ValidationError:
        return _Config()
