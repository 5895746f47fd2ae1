"""The steps that an answer asks the engine for, and the state that all answers share."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from unmask_model.decoding.length import Search
from unmask_model.decoding.outlook import Acceptance
from unmask_model.decoding.proposal import Proposal
from unmask_model.engine.cost.cost_model import CostModel
from unmask_model.engine.memories import Memories
from unmask_model.engine.prefix.prefix_cache import PrefixCache
from unmask_model.families.denoiser import Context, Denoiser, Pass, rows
from unmask_model.protocol.deadline import Clock
from unmask_model.protocol.request import BlockSnapshot, InfillResult
from unmask_model.tokens.healing import PrefixConstraint


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefillStep:
    """The next thing to do is to read a chunk of context."""

    unread: int
    """Tokens still unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardStep:
    """The next thing to do is a forward pass."""

    passes: tuple[Pass, ...]
    """The canvases."""
    snapshot: BlockSnapshot | None
    """The block as it stands, None before the first step."""


Reply = list[Proposal] | None
"""Go on, with what the model proposes for the passes that were wanted; None: time is up."""

Reading = Generator[PrefillStep | ForwardStep, Reply, Context | None]
"""Reads a context; returns None if the time was up before."""

Writing = Generator[PrefillStep | ForwardStep, Reply, None]
"""Writes candidates."""

Answering = Generator[PrefillStep | ForwardStep, Reply, InfillResult]
"""Answers a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """What all answers of an engine share."""

    model: str
    """Name of the model."""
    denoiser: Denoiser
    """The model."""
    constraint: PrefixConstraint
    """Finds tokens by how they start."""
    prefix_cache: PrefixCache
    """What was read."""
    costs: CostModel
    """What passes and reads cost."""
    acceptance: Acceptance
    """What became of drafts."""
    memories: Memories
    """What was written before in the workspaces of clients."""
    clock: Clock
    """What tells the time."""

    def pass_ms(self, slots: int, contexts: Sequence[int]) -> float:
        """Return what a pass is expected to take; see `denoiser.rows` for what it is told."""
        return self.costs.pass_ms(rows(self.denoiser, slots, contexts))

    def search_ms(self, places: int, tokens: int) -> float:
        """Return what finding the length of a hole, `places` at most, is expected to take.

        Nothing but where it is searched for (`length.Search`).
        """
        length = self.denoiser.length
        lengths = length.lengths(places) if isinstance(length, Search) else []
        return self.pass_ms(sum(lengths), [tokens] * len(lengths)) if lengths else 0.0
