"""The seam of model families: what an engine may ask of any of them.

A denoiser knows tokens and tensors. It knows no clock, no sampler and no request. How its logits
are shifted, which caches it keeps, in which order it reads the context and what computes it stays
inside: ids and probabilities come out, as numpy arrays.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.constraints import NOTHING, Constraints
from unmask_model.decoding.length import Length
from unmask_model.decoding.proposal import Proposal
from unmask_model.tokens.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The context of a hole in token ids, already cut to what the model reads."""

    left: tuple[int, ...]
    """Ids of the text before the hole, nearest last."""
    right: tuple[int, ...]
    """Ids of the text after the hole, nearest first."""
    snippets: tuple[int, ...] = ()
    """Ids of text from elsewhere: of each, the mark of a file, a path and the text."""

    @property
    def tokens(self) -> int:
        """Ids in all."""
        return len(self.left) + len(self.right) + len(self.snippets)


class Context(Protocol):
    """A context that was read: opaque, immutable, may be shared by several canvases."""

    @property
    def ids(self) -> Sequence[int]:
        """Ids of those tokens, in the order the model read them."""
        ...

    @property
    def tokens(self) -> int:
        """Tokens that were read, cached ones included."""
        ...

    @property
    def cached(self) -> int:
        """Tokens of those whose keys and values came from the context that was reused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One canvas's share of a forward pass."""

    context: Context
    """What the canvas sees around itself."""
    canvas: Canvas
    """The block as it stands."""
    places: Ids
    """Places that are asked about, ascending, (P,)."""
    causal: bool = False
    """Left to right: place i sees only the places before it, which are committed or drafted."""
    draft: Ids = field(default_factory=lambda: NOTHING)
    """Left to right only: ids that are tried at the first of `places`, (P - 1,) or fewer."""
    lookahead: int = 0
    """Left to right only: how many places are guessed at once behind a place."""
    guessed: Ids = field(default_factory=lambda: NOTHING)
    """Behind which of the places they are guessed, indices into `places`, ascending, (G,)."""
    constraints: Constraints = field(default_factory=Constraints)
    """What may not be chosen."""

    @property
    def slots(self) -> int:
        """Rows of the model that the pass takes, but for what was not read before (`rows`)."""
        if not self.causal:
            return len(self.canvas)
        return len(self.places) + self.lookahead * len(self.guessed)


Prefilling = Generator[int, int | None, Context]
"""Reads a context in chunks; see `Denoiser.prefill`."""


class Denoiser(Protocol):
    """One model family with its weights."""

    vocabulary: Vocabulary
    """Text to ids and back."""
    window: int
    """Most context tokens it reads."""
    block: int
    """Most places of a canvas."""
    parallel: bool
    """Whether it can propose all open places at once; else it reads left to right only."""
    causal: bool
    """Whether it can read left to right."""
    rereads: bool
    """Whether every pass reads all of the context, which `prefill` then leaves to it."""
    length: Length
    """How it learns how long the hole is."""
    head_ids: Ids | None
    """Id of each logits column where the head is trimmed, ascending, (V,)."""

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count the tokens that `prefill` would have to read; touches neither."""
        ...

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Prefilling:
        """Read the context in chunks.

        Yields the number of tokens still unread before each chunk, so that the caller can stop
        between two, and is sent the most tokens of that chunk (None: as many as suit the model);
        returns the context. `reuse` is an earlier context whose exact token prefix need not be
        read again. It stays as it is, unless the new context only goes on behind it.
        """
        ...

    def room(self, context: Context) -> int:
        """Return the most places of a canvas behind this context, `block` at most."""
        ...

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block to the context, so that a next block can follow it."""
        ...

    def rows(self, one: Pass) -> int:
        """Count the rows that a pass sends through the model behind what is kept: what it costs."""
        ...

    def propose(self, passes: Sequence[Pass]) -> list[Proposal]:
        """One forward for all passes; entry k speaks of the places of passes[k].

        Where a pass guesses, the guesses behind the last place that counts come with it: the
        first at which the model has another id than the draft, if guesses hang there.
        """
        ...


def rows(denoiser: Denoiser, slots: int, contexts: Sequence[int]) -> int:
    """Count the rows that go through a model in a pass that is not there yet, about.

    `slots` are those of all canvases, `contexts` the tokens that each of them has around it.
    """
    return slots + sum(contexts) if denoiser.rereads else slots
