"""What an engine process says of itself."""

from dataclasses import dataclass
from enum import StrEnum

PROTOCOL = 1
"""Version of the wire; raised when an older client or engine would misunderstand."""


class State(StrEnum):
    """What an engine process is doing."""

    LOADING = "loading"
    """The model is on its way; requests wait for it."""
    READY = "ready"
    """Requests are answered at once."""
    UNLOADED = "unloaded"
    """The model's memory was given back; the next request loads it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How an engine is."""

    version: str
    """Version of Unmask it runs."""
    model: str
    """Name of its model."""
    state: State
    stage: str = ""
    """What is being done to load the model, for people."""
    progress: float | None = None
    """How far that stage is, 0 to 1; None if nobody knows."""
    pid: int
    """Process id of the engine."""
    protocol: int = PROTOCOL
    """Version of the wire it speaks."""
