"""How the engine is: one word, one line for people, and how far it is while it loads."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the engine is doing, in one word."""

    NEEDS_DOWNLOAD = "needsDownload"
    """The weights are not on this machine."""
    LOADING = "loading"
    """The model is on its way: fetched, converted or loaded."""
    READING = "reading"
    """It reads code that it has not seen; answers come when that is done."""
    READY = "ready"
    """It answers, or is started when it is needed."""
    BUSY = "busy"
    """It is answering."""
    TIMED_OUT = "timedOut"
    """The last answer did not come within its budget."""
    SLOW = "slow"
    """Answers take longer here than their budget."""
    PRIVATE = "private"
    """The document in focus is private: nothing is asked about it."""
    OFF = "off"
    """Nothing is asked, by somebody's wish; the message says whose."""
    PROBLEM = "problem"
    """It cannot answer; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long answers take here, beside how long they may take."""

    budget_ms: float
    """What the last request allowed."""
    expected_ms: float | None = None
    """What a whole answer is expected to take; None where none has been seen yet."""


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
    pace: Pace | None = None
    """How long answers take, where that is why none come."""
