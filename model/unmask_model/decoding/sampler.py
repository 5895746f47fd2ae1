"""The seam of decoding strategies.

A sampler is a generator. It yields a Query for what it wants to know next and is sent a Proposal;
between two yields it commits places of its canvas. It ends when its canvas is done. It knows no
model, no clock and no lock: deadline, cancel, streaming, tracing and batching are one mechanism,
the engine stops (or interleaves) iterating. What it commits only to try it, it commits with
confidence 0; the places before the first such or open one are settled, and may be shown already.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a sampler wants proposals for."""

    places: Tensor
    """Places of the canvas, ascending, (P,) int64."""
    causal: bool = False
    """Whether each place may see only the places before it."""
    lookahead: int = 0
    """With `causal`: how many places are guessed behind each of `places` in the same pass."""


Steps = Generator[Query, Proposal, None]
"""One run of a sampler over one canvas."""


class Sampler(Protocol):
    """A decoding strategy whose options are already bound."""

    causal: ClassVar[bool]
    """Whether it reads left to right, which not every model can."""

    def __call__(self, canvas: Canvas) -> Steps:
        """Unmask `canvas`."""
        ...
