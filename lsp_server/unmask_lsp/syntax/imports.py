"""The statements of a text that import, and the modules they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from unmask_lsp.syntax.languages import Language

LONGEST_STATEMENT = 400
"""Characters; of a longer one only the first are kept."""
_ASIDE = re.compile(r"\s+as\s+\w+|#[^\n]*")
"""What a thing is called here, and comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A statement that imports."""

    text: str
    """The statement, on one line."""
    modules: tuple[str, ...]
    """The modules it names, as the language spells them; what it takes of one is spelled so too."""


def imports_of(text: str, language: Language) -> Iterator[Import]:
    """The statements of a text that import, in order."""
    if not language.imports:
        return
    for found in re.finditer(language.imports, text, re.MULTILINE):
        start = text.rfind("\n", 0, found.start() + 1) + 1
        end = text.find("\n", found.end())
        statement = text[start : end if end >= 0 else len(text)]
        said = " ".join(statement[:LONGEST_STATEMENT].split())
        yield Import(text=said, modules=tuple(_modules(found)))


def _modules(found: re.Match[str]) -> Iterator[str]:
    """What a statement names: several modules, or several things of one, or one module."""
    groups = found.groupdict()
    names = _ASIDE.sub("", groups.get("names") or "").strip("() \t\n")
    listed = [name for name in map(str.strip, names.split(",")) if re.fullmatch(r"[\w.]+", name)]
    module = groups.get("file") or ""
    yield from (f"{module}{'' if module[-1:] in ('', '.') else '.'}{name}" for name in listed)
    if module:
        yield module
