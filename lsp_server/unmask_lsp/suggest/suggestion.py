"""What is offered to the person who types, or the reason why nothing is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Text to put into a document; everything outside [start, end) stays as it is."""

    text: str
    """What to insert, with the document's own line ends."""
    start: int
    """Where the replaced text starts, in characters of the snapshot's text."""
    end: int
    """Where it ends; on the same line as `start`."""
    others: tuple["Suggestion", ...] = ()
    """What else there is to choose from, best first."""


class SilenceReason(StrEnum):
    """Why nothing is shown."""

    OFF = "Unmask is switched off"
    SNOOZED = "suggestions are paused"
    LANGUAGE_OFF = "Unmask is switched off for this language"
    NOT_OPEN = "the document is not open"
    PRIVATE = "the file is private: it is ignored, or it looks like it holds secrets"
    MANUAL = "nothing is suggested unless it is asked for"
    INSIDE_WORD = "the cursor is inside a word"
    STALE = "the document has changed since it was offered"
    NO_HOLE = "there is nothing to fill here"
    ENGINE = "no engine answered"
    BUDGET = "the time was up before there was anything to show"
    SUPERSEDED = "a newer request took its place"
    UNSURE = "the model was not sure enough"
    EMPTY = "the model had nothing to add"
    SAME = "the model would leave it as it is"
    LOSES_REST = "it would lose the text behind the part to redo"
    NO_TEXT = "it begins with bytes that are no text"
    REPEATS_RIGHT = "it repeats what already follows"
    REPEATS_LEFT = "it repeats the lines above"
    OUT_OF_SCOPE = "it belongs to an outer scope"
    CLOSERS = "it only closes brackets"
    SYNTAX = "it would break the syntax"


def choice(suggestions: Iterable[Suggestion | None]) -> Suggestion | None:
    """The first suggestion with the others to choose from, each once; None if there is none."""
    found = list(dict.fromkeys(replace(one, others=()) for one in suggestions if one))
    return replace(found[0], others=tuple(found[1:])) if found else None
