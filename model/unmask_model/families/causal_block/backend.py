"""What computes the rows of `causal_block`: the seam between its logic and torch or ONNX Runtime.

Rows come in with what they read, where they stand, and whom they see; hidden rows stay with the
backend, and what leaves it are chosen ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from unmask_model.decoding.canvas import Flags, Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Choice

MASK = -1
"""What a row reads that stands for a masked place."""

Rows = Any
"""Hidden rows that went through all layers, (N, hidden), as the backend holds them."""


class Cache(Protocol):
    """Keys and values of rows that were read, for all layers; `length` rows are filled."""

    length: int

    def copy(self, length: int) -> "Cache":
        """Return a cache of its own with the first `length` rows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The rows of one sequence in a forward."""

    reads: Ids
    """What each row reads, an id or MASK, (N,)."""
    positions: Ids
    """Position of each row in the sequence, (N,)."""
    adapted: Flags
    """Whether the adapter changes the layers for a row, (N,): those of a block, not of context."""
    past: tuple[tuple[Cache, int], ...]
    """Keys and values the rows may see: of each cache so many of its first rows, S in all."""
    mask: Flags | None
    """Whom a row sees, of the past and then of these rows, (N, S + N); None: all."""
    kept: tuple[tuple[Cache, int], ...] = ()
    """Whose keys and values are kept: the next so many rows go behind what a cache holds."""


class Backend(Protocol):
    """A base with its adapter on some device."""

    parallel: bool
    """Whether there is an adapter: without one no masks are filled."""
    block: int
    """Places of a block as the adapter was trained; 0 without one."""
    head_ids: Ids | None
    """Id of each column of the head where it is trimmed, ascending, (V,)."""
    joint: bool
    """Whether context rows and block rows go through one forward, at no more than their cost."""
    lazy_head: bool
    """Whether the head is computed for fewer rows with profit; else for all in one transfer."""

    def cache(self, capacity: int) -> Cache:
        """Return an empty cache with room for so many rows; it grows where more come."""
        ...

    def forward(self, every: Sequence[Inputs]) -> list[Rows]:
        """Compute the rows of several sequences, and keep what is to be kept of each."""
        ...

    def choose(
        self, parts: Sequence[tuple[Rows, Ids]], constraints: Sequence[Constraints]
    ) -> list[Choice]:
        """Run the head over some rows of each, and choose."""
        ...
