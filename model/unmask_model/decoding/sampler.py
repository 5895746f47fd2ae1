"""The seam of decoding strategies.

A sampler is a generator. It yields a Query for what it wants to know next and is sent a Proposal;
between two yields it commits places of its canvas. It ends when its canvas is done. It knows no
model, no clock and no lock: deadline, cancel, streaming, tracing and batching are one mechanism,
the engine stops (or interleaves) iterating. It commits only what the model confirmed; what it
wants to have tried goes with its query.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.constraints import NOTHING
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a sampler wants proposals for."""

    places: Ids
    """Places of the canvas, ascending, (P,)."""
    causal: bool = False
    """Whether each place may see only the places before it."""
    draft: Ids = field(default_factory=lambda: NOTHING)
    """With `causal`: ids that are tried at the places but the last one, (P - 1,) or fewer."""
    lookahead: int = 0
    """With `causal`: how many places are guessed behind a place, in the same pass."""
    guessed: Ids = field(default_factory=lambda: NOTHING)
    """Behind which of the places they are guessed, indices into `places`, ascending, (G,)."""


Steps = Generator[Query, Proposal, None]
"""One run of a sampler over one canvas."""


class Sampler(Protocol):
    """A decoding strategy whose options are already bound."""

    causal: ClassVar[bool]
    """Whether it reads left to right, which not every model can."""

    def __call__(self, canvas: Canvas, outlook: Outlook | None = None) -> Steps:
        """Unmask `canvas`; `outlook` says what rows cost, and how often drafts are right."""
        ...
