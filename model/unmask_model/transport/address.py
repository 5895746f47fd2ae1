"""Where an engine answers, and what it wants to hear first."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A Unix socket, or a URL, of an engine."""

    url: str = "http://engine"
    """Where it is; for a socket only a name."""
    socket: Path | None = None
    """The socket it listens on; None where the URL says where it is."""
    token: str = field(default="", repr=False)
    """What it wants to know of its clients; empty if nothing."""

    def __str__(self) -> str:
        return str(self.socket or self.url)

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}
