"""A draft from the memory: what a workspace said next where the same ids stood, place by place.

The memory is asked once a round; what it said then is followed while the draft agrees.
"""

from collections.abc import Sequence

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.retrieval import Retrieval
from unmask_model.decoding.samplers.draft_token import DraftToken
from unmask_model.memory.draft import Draft


class MemoryDraft:
    """The newest draft of a memory; of none, where there is no memory."""

    def __init__(self, retrieval: Retrieval | None) -> None:
        self._retrieval = retrieval
        self._draft: Draft | None = None
        self._start = 0

    def seek(self, known: Sequence[int], first: Ids | None) -> None:
        """Have a draft of what follows `known`; `first` as `Retrieval.draft` takes it."""
        if self._retrieval is not None and self.next(known) is None:
            self._draft, self._start = self._retrieval.draft(known, first), len(known)

    def next(self, known: Sequence[int]) -> DraftToken | None:
        """Return the id behind `known`, if those since the draft began are the draft's."""
        ahead = len(known) - self._start
        if self._draft is None or not 0 <= ahead < len(self._draft.ids):
            return None
        if tuple(known[self._start :]) != self._draft.ids[:ahead]:
            return None
        return DraftToken(id=self._draft.ids[ahead], chance=self._draft.chances[ahead])

    def note(self, known: Sequence[int], checked: Sequence[int]) -> None:
        """Take note of what the model said behind `known`, as far as it was drafted here."""
        so_far = list(known)
        for each in checked:
            drafted = self.next(so_far)
            if drafted is None or self._draft is None or self._retrieval is None:
                return
            at = len(so_far) - self._start
            self._retrieval.note(self._draft, at, right=drafted.id == each)
            so_far.append(each)
