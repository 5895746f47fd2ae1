"""Settings that may change while the server runs: one frozen object, swapped as a whole.

They come from the client's initializationOptions, workspace/didChangeConfiguration and
workspace/configuration. A bad value costs one message and is replaced by its default.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from unmask_lsp.privacy.ignore_files import is_pattern

SECTION = "unmask"
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

    QUIET = "quiet"
    """Only what the model is sure of."""
    NORMAL = "normal"
    """What is more likely than not to be of use."""
    EAGER = "eager"
    """Whatever may be of use, inside words too."""
    MANUAL = "manual"
    """Nothing unless it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Settings:
    """What a user can set in the editor, under `unmask`."""

    enabled: bool = True
    """Suggest code; off means no request and no model in memory."""
    model: str = "small"
    """Name of the model that answers; `unmask models` lists them."""
    server: Annotated[str, AfterValidator(_url)] = ""
    """URL of an engine, or of a server of FIM completions, elsewhere; empty means this machine."""
    budget_ms: Annotated[float, Field(ge=0, le=60_000)] = 300
    """Milliseconds the engine may take for an answer; 0 means no deadline."""
    max_lines: Annotated[int, Field(ge=0, le=1000)] = 12
    """Most lines of a suggestion; 0 means no limit."""
    eagerness: Eagerness = Eagerness.NORMAL
    """How readily something is suggested; manual means only when a key asks for it."""
    delay_ms: Annotated[float, Field(ge=0, le=10_000)] = 0
    """Milliseconds without typing before the engine is asked."""
    asked_budget_ms: Annotated[float, Field(ge=0, le=60_000)] = 3000
    """Milliseconds for what a key or a command asks for, each hole of it; 0 means no deadline."""
    candidates: Annotated[int, Field(ge=1, le=8)] = 3
    """Most suggestions, or edits, to choose from when a key or a command asks for them."""
    prepare_next: bool = True
    """Prepare the next suggestion while one is shown, on this machine only, and if it is idle."""
    hole_mark: str = "<FILL_HERE>"
    """What stands in a file where "Fill every hole in this file" puts a block."""
    languages_off: tuple[str, ...] = ()
    """Language ids for which nothing is suggested."""
    context_files: bool = True
    """Show the model code of open, edited and imported files too, and errors near the cursor."""
    private_files: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    """Patterns, as in .gitignore, of files that are neither completed in nor shown to the model."""


def read(values: object) -> tuple[Settings, tuple[str, ...]]:
    """Settings from what a client sent, and one message for each value that was not used."""
    if values is None:
        return Settings(), ()
    if not isinstance(values, Mapping):
        return Settings(), (f"settings of {SECTION} must be an object, not {values!r}",)
    given = _own_section(values)
    try:
        return _ADAPTER.validate_python(given), ()
    except ValidationError as error:
        bad = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
    good = {name: value for name, value in given.items() if name not in bad}
    messages = (
        f"setting {SECTION}.{name} = {given.get(name)!r} is not used: {why}"
        for name, why in bad.items()
    )
    return _ADAPTER.validate_python(good), tuple(messages)


def _own_section(values: Mapping[str, object]) -> dict[str, object]:
    section = values.get(SECTION, values)
    return dict(section) if isinstance(section, Mapping) else {}


_ADAPTER = TypeAdapter(Settings)
