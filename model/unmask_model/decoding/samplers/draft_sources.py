"""What may come next, by all that say something of it without a pass.

What was guessed in the last pass, what the context repeats, and what the workspace said before.
Place by place the likeliest is drafted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.retrieval import Retrieval
from unmask_model.decoding.samplers.draft_token import DraftToken, likelier
from unmask_model.decoding.samplers.memory_draft import MemoryDraft
from unmask_model.decoding.samplers.prompt_lookup import PromptLookup

CONTESTED = 0.6
"""How often what the workspace said is right where others say otherwise, against how often it is
right at all (docs/log.md)."""


class DraftSources:
    """Sources for the drafts of one canvas; `repeated` ids in a row must have stood before."""

    def __init__(self, canvas: Canvas, retrieval: Retrieval | None, repeated: int) -> None:
        self._before = self._known = len(canvas.before)
        self._lookup = PromptLookup(canvas.before)
        self._memory = MemoryDraft(retrieval)
        self._repeated = repeated
        self._allowed = canvas.first
        self._guesses: Iterator[DraftToken] = iter(())
        self._first: Ids | None = None

    def begin(self, start: Sequence[int], guesses: Sequence[DraftToken]) -> None:
        """Begin a draft behind `start`, the ids before the first open place."""
        self.end()
        for each in start[self._known - self._before :]:
            self._lookup.append(each)
        self._known = len(self._lookup)
        self._guesses = iter(guesses)
        self._first = None if start else self._allowed
        self._memory.seek(self._lookup.ids, self._first)

    def next(self) -> DraftToken | None:
        """Return the likeliest id behind what is drafted so far; None if nobody knows."""
        repeated = self._lookup.next(self._repeated) if self._repeated else None
        said = [repeated, self._memory.next(self._lookup.ids), next(self._guesses, None)]
        repeated, remembered, guessed = (self._if_allowed(each) for each in said)
        self._first = None
        remembered = _against(remembered, repeated, guessed)
        seen = [each for each in (repeated, remembered) if each is not None]
        return likelier(guessed, max(seen, key=lambda each: each.chance, default=None))

    def append(self, drafted: DraftToken) -> None:
        """Go on behind a drafted id."""
        self._lookup.append(drafted.id)

    def end(self) -> None:
        """Forget what was drafted, not what is known."""
        self._lookup.cut(self._known)

    def note(self, committed: Sequence[int]) -> None:
        """Take note of what was committed where the draft began."""
        self.end()
        self._memory.note(self._lookup.ids, committed)

    def _if_allowed(self, token: DraftToken | None) -> DraftToken | None:
        is_barred = token and self._first is not None and token.id not in self._first
        return None if is_barred else token


def _against(remembered: DraftToken | None, *others: DraftToken | None) -> DraftToken | None:
    """Return what the workspace said, less likely where another source says something else."""
    if remembered is None or all(one is None or one.id == remembered.id for one in others):
        return remembered
    return replace(remembered, chance=CONTESTED * remembered.chance)
