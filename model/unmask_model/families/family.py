"""What tells one family of open diffusion models from the next, as data.

A family is a module of `open/` that builds one of these; what families share is in
`full_attention.py` and `block_causal.py`. Ids, sizes and rotary settings are never part of a
family: they are read from the checkpoint.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from transformers import PretrainedConfig

from unmask_model.decoding.length import Bias, EndPlaces, Length, Search
from unmask_model.tokens.special_tokens import SpecialTokens
from unmask_model.transformer.checkpoint import Fields
from unmask_model.transformer.mlp import Routing
from unmask_model.weights.layout import LLAMA, Layout

PUBLISHED = Bias()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How one checkpoint wants to be spoken to, in its own ids."""

    mask: int
    """What a masked place reads."""
    length: Length
    """How it learns how long a hole is."""
    shift: bool = False
    """Whether the row before a place speaks of it."""
    opening: tuple[int, ...] = ()
    """Ids before the text."""
    closing: tuple[int, ...] = ()
    """Ids behind the text."""
    block: int = 0
    """Places of a block, where blocks see only those before them."""


def searched(special: SpecialTokens, bias: Bias = PUBLISHED) -> Length:
    """The length of a hole is found by trying some; `bias` is what is expected of wrong ones."""
    return Search(bias=bias)


def closed_by_end(special: SpecialTokens) -> Length:
    """The length of a hole is where the model puts END."""
    return EndPlaces()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family: what its publisher's files do not say, and where they say the rest."""

    config: Callable[[Fields], PretrainedConfig]
    """From the publisher's config.json to a configuration of transformers; raises WeightsInvalid
    for what the publisher's code can do and ours cannot."""
    layout: Layout = LLAMA
    routing: Callable[[Fields], Routing | None] = field(default=lambda _fields: None)
    """From config.json to how rows find their experts."""
    shift: bool = False
    """Whether the row before a place speaks of it, as in the causal model a family comes from."""
    opening_role: str = ""
    """Role of the special token before the text; empty for none."""
    closing_role: str = ""
    """Role of the special token behind the text; empty for none."""
    length_of: Callable[[SpecialTokens], Length] = searched
    """How it learns how long a hole is."""
    default_block: int = 0
    """Places of a block where blocks see only those before them, if config.json names no other
    number; 0: every place sees every other."""

    def conventions(self, fields: Fields, special: SpecialTokens) -> Conventions:
        """How a checkpoint of the family wants to be spoken to; raises WeightsInvalid."""
        named = (fields.get(key) for key in ("block_size", "block_length", "bd_size"))
        block = next((size for size in named if size), self.default_block)
        return Conventions(
            mask=special.require("mask"),
            length=self.length_of(special),
            shift=self.shift,
            opening=(special.require(self.opening_role),) if self.opening_role else (),
            closing=(special.require(self.closing_role),) if self.closing_role else (),
            block=int(block) if self.default_block else 0,
        )
