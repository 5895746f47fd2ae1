"""Drafts for one answer, retrieved from the memory of its workspace, and what becomes of them.

The method is REST's (He et al., arXiv 2311.08252): what followed the same ids before is checked
by the model in one pass. The memory itself is `memory/workspace_memory.py`.
"""

from collections import Counter
from collections.abc import Sequence

from unmask_model.decoding.canvas import Ids
from unmask_model.memory.draft import Draft, Origin, Wish
from unmask_model.memory.matches import OWN, Query
from unmask_model.memory.workspace_memory import WorkspaceMemory

MOST = 12
"""Most ids of a draft."""
LEAST = 0.05
"""A draft ends where it is less likely than this to be right so far."""


class Retrieval:
    """A workspace's memory, as it is asked for the text called `near`."""

    def __init__(self, memory: WorkspaceMemory, near: str) -> None:
        self._memory = memory
        self._near = near
        self._origins: list[Origin] = []

    @property
    def kept(self) -> int:
        """How many ids the memory had said before the model did."""
        return len(self._origins)

    def draft(self, known: Sequence[int], first: Ids | None) -> Draft | None:
        """Return what may follow `known`; with `first`, ascending, it begins with one of these."""
        query = Query(last=known[-OWN:], first=first)
        return self._memory.draft(query, Wish(near=self._near, most=MOST, least=LEAST))

    def note(self, draft: Draft, at: int, *, right: bool) -> None:
        """Take note of an id of a draft that was checked, those before it being right."""
        self._memory.chances.learn(draft.cases[at], right=right)
        if right:
            origin = draft.origin
            self._origins.append(Origin(name=origin.name, place=origin.place + at))

    def source(self, least: int) -> Origin | None:
        """Return where `least` ids or more stand in one text; None if so many do nowhere."""
        counts = Counter(origin.name for origin in self._origins)
        name, count = max(counts.items(), key=lambda pair: pair[1], default=("", 0))
        if count < least:
            return None
        return next(origin for origin in self._origins if origin.name == name)

    def before(self, origin: Origin) -> Sequence[int]:
        """Return the ids before a place of the workspace."""
        ids: list[int] = self._memory.before(origin).tolist()
        return ids
