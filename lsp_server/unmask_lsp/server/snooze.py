"""A pause that a person asks for: suggestions come only on request; the model stays in memory."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

MINUTES = 5.0
"""How long a pause is if nobody says."""


class Snooze:
    """The pause there is, if any; `on_change` is called when one begins or ends."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._end: asyncio.TimerHandle | None = None
        self.until = ""

    @property
    def is_on(self) -> bool:
        """Whether there is a pause now."""
        return bool(self.until)

    def begin(self, minutes: float | None) -> None:
        """Pause for minutes from now; None means until the server is started again."""
        self._forget()
        if minutes is None:
            self.until = "until the editor is restarted"
        else:
            end = datetime.now() + timedelta(minutes=minutes)
            self.until = f"until {end:%H:%M}"
            self._end = asyncio.get_running_loop().call_later(60 * minutes, self.end)
        self._on_change()

    def end(self) -> None:
        """Suggest again."""
        self._forget()
        self._on_change()

    def _forget(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end, self.until = None, ""
