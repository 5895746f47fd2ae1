"""How the engine is: one word, one line for people, and how far it is while it loads."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the engine is doing, in one word."""

    NEEDS_DOWNLOAD = "needsDownload"
    """The weights are not on this machine."""
    LOADING = "loading"
    """The model is on its way: fetched, converted or loaded."""
    READY = "ready"
    """It answers, or is started when it is needed."""
    BUSY = "busy"
    """It is answering."""
    OFF = "off"
    """Nothing is asked and no model is in memory."""
    PROBLEM = "problem"
    """It cannot answer; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the engine of one model is now."""

    state: State
    """What the engine is doing."""
    model: str
    """The model it is about."""
    message: str = ""
    """One line for people; may be empty."""
    share: float | None = None
    """How far loading is, 0 to 1; None where it cannot be known."""
