"""The seam of model families: what an engine may ask of any of them.

A denoiser knows tokens and tensors. It knows no clock, no sampler and no request. How its logits
are shifted, which caches it keeps and in which order it reads the context stays inside.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.length import Length
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
    places: Tensor
    """Places whose logits are wanted, ascending, (P,) int64."""
    causal: bool = False
    """Left to right: place i sees the places before it only, which must be committed."""
    lookahead: int = 0
    """Left to right only: so many more places are guessed at once behind each of `places`."""

    @property
    def slots(self) -> int:
        """Rows of the model that the pass takes, about: what it costs."""
        return len(self.places) * (1 + self.lookahead) if self.causal else len(self.canvas)


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
    head_ids: Tensor | None
    """Id of each logits column where the head is trimmed, (V,) int64."""

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count the tokens that `prefill` would have to read; touches neither."""
        ...

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Generator[int, None, Context]:
        """Read the context in chunks.

        Yields the number of tokens still unread before each chunk, so that the caller can stop
        between two; returns the context. `reuse` is an earlier context whose exact token prefix
        need not be read again; it must not be used afterwards.
        """
        ...

    def room(self, context: Context) -> int:
        """Return the most places of a canvas behind this context, `block` at most."""
        ...

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block to the context, so that a next block can follow it."""
        ...

    def logits(self, passes: Sequence[Pass]) -> list[Tensor]:
        """One forward for all passes; entry k is (P_k * (1 + lookahead), V).

        Row i speaks of places[i]; behind these come the `lookahead` rows of each place in turn.
        """
        ...


def rows(denoiser: Denoiser, slots: int, contexts: Sequence[int]) -> int:
    """Count the rows that go through a model in a pass, about.

    `slots` are those of all canvases, `contexts` the tokens that each of them has around it.
    """
    return slots + sum(contexts) if denoiser.rereads else slots
