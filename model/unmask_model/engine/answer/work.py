"""What an answer asks of the engine, bit by bit, and what all answers of an engine share."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from torch import Tensor

from unmask_model.decoding.length import Search
from unmask_model.engine.cost.cost_model import Timings
from unmask_model.engine.prefix.prefix_cache import Contexts
from unmask_model.families.denoiser import Context, Denoiser, Pass, rows
from unmask_model.protocol.deadline import Clock
from unmask_model.protocol.request import Draft, InfillResult
from unmask_model.tokens.healing import Speller


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkWanted:
    """The next thing to do is to read a chunk of context."""

    unread: int
    """Tokens still unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassWanted:
    """The next thing to do is a forward pass."""

    passes: tuple[Pass, ...]
    """The canvases."""
    draft: Draft | None
    """The block as it stands, None before the first step."""


Reply = list[Tensor] | None
"""Go on, with the logits of the passes that were wanted; None: the time is up."""

Reading = Generator[ChunkWanted | PassWanted, Reply, Context | None]
"""Reads a context; returns None if the time was up before."""

Writing = Generator[ChunkWanted | PassWanted, Reply, None]
"""Writes candidates."""

Answering = Generator[ChunkWanted | PassWanted, Reply, InfillResult]
"""Answers a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all answers of an engine share."""

    model: str
    """Name of the model."""
    denoiser: Denoiser
    """The model."""
    speller: Speller
    """Finds tokens by how they start."""
    contexts: Contexts
    """What was read."""
    timings: Timings
    """What passes and reads cost."""
    clock: Clock
    """What tells the time."""

    def pass_ms(self, slots: int, contexts: Sequence[int]) -> float:
        """Return what a pass is expected to take; see `denoiser.rows` for what it is told."""
        return self.timings.pass_ms(rows(self.denoiser, slots, contexts), max(contexts))

    def search_ms(self, places: int, tokens: int) -> float:
        """Return what finding the length of a hole, `places` at most, is expected to take.

        Nothing but where it is searched for (`length.Search`).
        """
        length = self.denoiser.length
        lengths = length.lengths(places) if isinstance(length, Search) else []
        return self.pass_ms(sum(lengths), [tokens] * len(lengths)) if lengths else 0.0
