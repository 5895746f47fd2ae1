"""What was suggested, accepted and kept, and how long it took: numbers only, no text, no name.

Times are kept as how often each was seen, to two significant digits: enough for percentiles, small
enough to read, and two sets of counts are added by adding.
"""

from dataclasses import field
from datetime import date
from typing import TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

Key = TypeVar("Key")


@dataclass(slots=True, kw_only=True, config=ConfigDict(extra="ignore"))
class Counts:
    """Sums since a day."""

    since: date = field(default_factory=date.today)
    """The first day that is counted."""
    asked: int = 0
    """Requests the engine has answered."""
    tokens: int = 0
    """Tokens of those answers."""
    remembered: int = 0
    """Those of them that the memory of the workspace had said before."""
    cpu_ms: float = 0.0
    """Milliseconds of processor time that those answers took the engine."""
    typed_through: int = 0
    """Requests answered with the rest of what was shown already."""
    hidden: dict[str, int] = field(default_factory=dict)
    """How often nothing was shown, by reason."""
    shown: int = 0
    """Suggestions that were shown, as far as the editor says; one that is typed on counts once."""
    accepted: int = 0
    """Suggestions of which anything was accepted."""
    accepted_whole: int = 0
    """Suggestions that were accepted to their end."""
    looked_at: int = 0
    """Accepted suggestions that were looked at half a minute later."""
    kept: int = 0
    """Those of them that still stood there."""
    characters_saved: int = 0
    """Characters that were accepted, less those they took the place of."""
    ms: dict[str, dict[float, int]] = field(default_factory=dict)
    """How often a stage took so many milliseconds."""

    def time(self, stage: str, ms: float) -> None:
        """Count how long a stage took."""
        _add(self.ms.setdefault(stage, {}), {float(f"{ms:.2g}"): 1})

    def hide(self, reason: str) -> None:
        """Count that nothing was shown."""
        _add(self.hidden, {reason: 1})

    def percentile(self, stage: str, share: float) -> float:
        """Milliseconds within which the stage was done in a share, 0 to 1, of the cases."""
        seen = sorted(self.ms[stage].items())
        wanted = share * sum(times for _, times in seen)
        for ms, times in seen:
            wanted -= times
            if wanted <= 0:
                return ms
        return seen[-1][0]

    def add(self, other: "Counts") -> None:
        """Take other counts in."""
        self.since = min(self.since, other.since)
        self.asked += other.asked
        self.tokens += other.tokens
        self.remembered += other.remembered
        self.cpu_ms += other.cpu_ms
        self.typed_through += other.typed_through
        self.shown += other.shown
        self.accepted += other.accepted
        self.accepted_whole += other.accepted_whole
        self.looked_at += other.looked_at
        self.kept += other.kept
        self.characters_saved += other.characters_saved
        _add(self.hidden, other.hidden)
        for stage, seen in other.ms.items():
            _add(self.ms.setdefault(stage, {}), seen)


def _add(sums: dict[Key, int], more: dict[Key, int]) -> None:
    for key, times in more.items():
        sums[key] = sums.get(key, 0) + times
