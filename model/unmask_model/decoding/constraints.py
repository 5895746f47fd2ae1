"""Which columns of the logits may be chosen: all that stand for text, but for what is ruled out."""

from dataclasses import dataclass, field

import numpy as np

from unmask_model.decoding.canvas import Ids

NOTHING: Ids = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What a pass may not choose; by default nothing is ruled out."""

    mute: Ids = field(default_factory=lambda: NOTHING)
    """Columns that no row may choose, ascending, (M,): marks without text."""
    width: int | None = None
    """Columns that stand for ids; some heads are padded beyond the vocabulary."""
    barred_rows: Ids = field(default_factory=lambda: NOTHING)
    """Rows with a column ruled out for them alone, (B,)."""
    barred_columns: Ids = field(default_factory=lambda: NOTHING)
    """That column of each, (B,)."""
    spelling: Ids | None = None
    """The only columns that row 0 may choose, where it has to spell what was typed, (S,)."""

    @property
    def unruled(self) -> "Constraints":
        """The same for rows that nothing but mute columns is ruled out for."""
        return Constraints(mute=self.mute, width=self.width)

    @property
    def rule(self) -> bool:
        """Whether anything but mute columns is ruled out."""
        return self.spelling is not None or bool(len(self.barred_rows))
