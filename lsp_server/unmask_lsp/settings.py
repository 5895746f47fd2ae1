"""Settings that may change while the server runs: one frozen object, swapped as a whole.

They come from the client's initializationOptions, workspace/didChangeConfiguration and
workspace/configuration. A bad value costs one message and is replaced by its default. A name may be
spelled as the client's own settings are: `budgetMs`, `budget_ms` and `budget-ms` are the same.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from unmask_lsp.privacy.ignore_files import is_pattern

SECTION = "unmask"
PER_MACHINE = ("model", "server")
"""Settings that no project may change: they say where code is sent."""
PER_WINDOW = ("disabled_languages", "memory", "excluded_files")
"""Settings that hold for all documents alike; all others may differ by language and folder."""
RENAMED = {
    "delay_ms": "debounce_ms",
    "asked_budget_ms": "invoked_budget_ms",
    "prepare_next": "prefetch",
    "languages_off": "disabled_languages",
    "context_files": "cross_file_context",
    "private_files": "excluded_files",
}
"""Settings by the names they had before; these are still read."""
_CONFIG = ConfigDict(extra="forbid", use_attribute_docstrings=True)


def _pattern(line: str) -> str:
    if not is_pattern(line):
        raise ValueError(f"{line!r} is no pattern as in .gitignore")
    return line


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError(f"{text!r} does not begin with http:// or https://")
    return text


class Eagerness(StrEnum):
    """How readily something is suggested."""

    note: str
    """What it means, in one line."""

    QUIET = "quiet", "Only what the model is sure of."
    NORMAL = "normal", "What is more likely right than wrong."
    EAGER = "eager", "More, and blocks in more places; more of it is wrong."
    MANUAL = "manual", "Nothing, until a key asks for it."

    def __new__(cls, value: str, note: str) -> Self:
        """A member with its note."""
        member = str.__new__(cls, value)
        member._value_, member.note = value, note
        return member


class MemoryScope(StrEnum):
    """What an engine remembers of a workspace."""

    OFF = "off"
    OPEN_FILES = "opened files"
    REPOSITORY = "repository"


class Spelling(StrEnum):
    """How a client writes the names of settings."""

    CAMEL = "camelCase"
    SNAKE = "snake_case"
    KEBAB = "kebab-case"

    def of(self, name: str) -> str:
        """A setting's name as people write it in their client."""
        if self is Spelling.CAMEL:
            return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
        return name.replace("_", "-") if self is Spelling.KEBAB else name


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Settings:
    """What a user can set in the editor, under `unmask`."""

    enabled: bool = True
    """Suggest code. Off means no request and no model in memory."""
    model: str = "small"
    """Name of the model that answers; `unmask models` lists them."""
    server: Annotated[str, AfterValidator(_url)] = ""
    """URL of an engine or of a completion server on another machine; empty means this machine."""
    budget_ms: Annotated[float, Field(ge=0, le=60_000)] = 300
    """Milliseconds the engine may take for a suggestion while you type; 0 means no limit."""
    max_lines: Annotated[int, Field(ge=0, le=1000)] = 12
    """Most lines of a suggestion; 0 means no limit."""
    eagerness: Eagerness = Eagerness.NORMAL
    """How readily something is suggested while you type."""
    debounce_ms: Annotated[float, Field(ge=0, le=10_000)] = 0
    """Milliseconds without typing before the engine is asked."""
    invoked_budget_ms: Annotated[float, Field(ge=0, le=60_000)] = 3000
    """Milliseconds for what a key or a command asks for, for each hole; 0 means no limit."""
    candidates: Annotated[int, Field(ge=1, le=8)] = 3
    """Most suggestions, or edits, to choose from when a key or a command asks for them."""
    prefetch: bool = True
    """Prepare the next suggestion while one is shown, on this machine only, and if it is idle."""
    hole_mark: str = "<FILL_HERE>"
    """Text in a file where "Fill every hole in this file" puts a block."""
    disabled_languages: tuple[str, ...] = ()
    """Language ids for which nothing is suggested."""
    cross_file_context: bool = True
    """Show the model code of open, edited and imported files too, and errors near the cursor."""
    memory: MemoryScope = MemoryScope.REPOSITORY
    """What this machine's own engine may remember, to suggest what was written before."""
    excluded_files: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    """Patterns, as in .gitignore, of files that are neither completed in nor shown to the model."""

    def for_document(self, given: Self) -> Self:
        """These settings with what a client gives for one document, where it may differ."""
        fixed = {name: getattr(self, name) for name in PER_MACHINE + PER_WINDOW}
        return replace(given, **fixed)


def read(values: object, spelling: Spelling = Spelling.CAMEL) -> tuple[Settings, tuple[str, ...]]:
    """Settings from what a client sent, and messages: of old names, of each value not used."""
    if values is None:
        return Settings(), ()
    if not isinstance(values, Mapping):
        return Settings(), (f"settings of {SECTION} must be an object, not {values!r}",)
    given, old = _named(_own_section(values))
    notice = (_notice(old, spelling),) if old else ()
    try:
        return _ADAPTER.validate_python(given), notice
    except ValidationError as error:
        bad = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
    good = {name: value for name, value in given.items() if name not in bad}
    messages = (
        f"setting {SECTION}.{spelling.of(name)} = {given.get(name)!r} is not used: {why}"
        for name, why in bad.items()
    )
    return _ADAPTER.validate_python(good), (*notice, *messages)


def _own_section(values: Mapping[str, object]) -> Mapping[str, object]:
    section = values.get(SECTION, values)
    return section if isinstance(section, Mapping) else {}


def _named(given: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """Values by the names they have here, and which of them came by an old name alone."""
    snake = {_snake(str(name)): value for name, value in given.items()}
    current = {name: value for name, value in snake.items() if name not in RENAMED}
    old = [name for name in snake if name in RENAMED and RENAMED[name] not in current]
    return current | {RENAMED[name]: snake[name] for name in old}, old


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def _notice(old: list[str], spelling: Spelling) -> str:
    pairs = ", ".join(f"{name} is now {spelling.of(RENAMED[name])}" for name in old)
    return f"settings of {SECTION} have new names: {pairs}. The old ones are still read."


NAMES = tuple(field.name for field in fields(Settings))
"""All settings, as they are named here."""
_ADAPTER = TypeAdapter(Settings)
