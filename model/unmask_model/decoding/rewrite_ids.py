"""A rewrite in token ids: which of them stay, and what stood where one is to be found anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from unmask_model.decoding.canvas import Canvas
from unmask_model.protocol.request import Rewrite, Span
from unmask_model.tokens.block_text import token_spans
from unmask_model.tokens.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteIds:
    """What a candidate starts from; empty for a blank canvas."""

    ids: tuple[int | None, ...] = ()
    """Ids that stay, None where one is to be found."""
    sure: tuple[float, ...] = ()
    """Probability of each id; certain of those behind."""
    stood: tuple[int, ...] = ()
    """Ids of the whole rewrite, where they are known."""
    check: bool = False
    """Whether what stood is tried again; else each stretch to find begins with another id."""

    @classmethod
    def of(cls, rewrite: Rewrite, typed: str, vocabulary: Vocabulary) -> Self:
        """Return the ids of a rewrite that follows `typed`.

        A token that touches a span to redo is to be found anew. An END closes the rewrite, unless
        its last token is to be found: then it may end anywhere. A span at its very end is the END.
        """
        stood = vocabulary.encode(typed + rewrite.text)
        if rewrite.check:
            return cls(ids=(None,) * len(stood), stood=tuple(stood), check=True)
        holes = [Span(start=s.start + len(typed), end=s.end + len(typed)) for s in rewrite.redo]
        ids = [
            None if _touches(span, holes) else i
            for i, span in zip(stood, token_spans(stood, vocabulary), strict=True)
        ]
        if any(span.start == len(rewrite.text) for span in rewrite.redo):
            return cls(ids=(*ids, None), stood=(*stood, vocabulary.end))
        is_open = bool(ids) and ids[-1] is None
        return cls(ids=(*ids, *([] if is_open else [vocabulary.end])), stood=tuple(stood))

    def closed(self, end: int) -> bool:
        """Return whether it says where the block ends."""
        return bool(self.ids) and self.ids[-1] == end

    def opened(self, end: int) -> Self:
        """Return the rewrite without the END that closes it."""
        return replace(self, ids=self.ids[:-1]) if self.closed(end) else self

    def split(self, places: int) -> tuple[Self, Self]:
        """Return the part for a canvas of so many places, and the rest."""
        kind = type(self)
        parts = (slice(places), slice(places, None))
        first, rest = (
            kind(
                ids=self.ids[part],
                sure=self.sure[part],
                stood=self.stood[part],
                check=self.check,
            )
            for part in parts
        )
        return first, rest

    def write(self, canvas: Canvas) -> None:
        """Commit what stays, and leave what is tried at its open places."""
        kept = [place for place, i in enumerate(self.ids[: len(canvas)]) if i is not None]
        if self.check:
            tried = self.stood[: len(canvas)]
            canvas.ids[: len(tried)] = tried
        if kept:
            ids = np.array([self.ids[place] for place in kept], np.int64)
            sure = np.array([*self.sure, *[1.0] * (len(self.ids) - len(self.sure))], np.float32)
            canvas.commit(np.array(kept), ids, sure[kept])
            canvas.align()  # places may have gone; the canvas is seen as it is from now on

    def last_kept(self, end: int) -> int:
        """Return the last place that stays and is no END; -1 if there is none."""
        return max((place for place, i in enumerate(self.ids) if i not in (None, end)), default=-1)

    def barred(self) -> dict[int, int]:
        """Return the id that may not be found again, for the first place of each stretch."""
        if self.check:
            return {}
        return {
            place: i
            for place, i in enumerate(self.stood)
            if self.ids[place] is None and (place == 0 or self.ids[place - 1] is not None)
        }


def _touches(span: Span, holes: Sequence[Span]) -> bool:
    return any(hole.start < span.end and span.start < hole.end for hole in holes)
