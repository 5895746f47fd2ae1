"""Whether documents are private, looked up on disk now and then instead of at every key.

Looking it up asks for the ignore files of all folders around a file: dozens of calls that a slow or
distant disk makes felt, while somebody types.
"""

from collections.abc import Callable
from time import monotonic

VALID_S = 1.0
"""Seconds for which what was found out of a document holds."""


class Verdicts:
    """What was found out of late, by document."""

    def __init__(
        self, look_up: Callable[[str], str], clock: Callable[[], float] = monotonic
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._known: dict[str, tuple[float, str]] = {}

    def rule(self, uri: str) -> str:
        """The rule by which a document is left alone; empty if none says so."""
        now = self._clock()
        since, rule = self._known.get(uri, (now - VALID_S, ""))
        if now - since >= VALID_S:
            self._known = {
                one: seen for one, seen in self._known.items() if now - seen[0] < VALID_S
            }
            rule = self._look_up(uri)
            self._known[uri] = now, rule
        return rule
