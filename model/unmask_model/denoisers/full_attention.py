"""Models in which every place sees every other: left, hole and right lie in their natural order.

Nothing of the context can be kept exactly while the block changes, since all of it sees the block.
`Caching` trades that: keys and values outside the block are kept for some passes and then read
anew (Fast-dLLM, arXiv 2505.22618). Off by default: then an answer is what the publisher's code
would say.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from unmask_model.canvas import Canvas
from unmask_model.checkpoint import Checkpoint
from unmask_model.decoder import attention
from unmask_model.denoiser import Context, Pass, Prompt
from unmask_model.errors import RequestInvalid
from unmask_model.family import Conventions
from unmask_model.key_values import KeyValues
from unmask_model.projection import Form, quickest
from unmask_model.vocabulary import Vocabulary

WINDOW = 2048
"""Most context tokens: what Dream and DreamOn were trained on, block included."""
BLOCK = 96
"""Most places of a canvas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """Which keys and values outlive a pass, and for how long."""

    kept: Literal["none", "left", "both"] = "none"
    """None; those of the text before the block (prefix cache); those on both sides (dual cache)."""
    refresh: int = 8
    """Passes after which all is read anew; a canvas that changed its length is always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A context: nothing is read before the block is known."""

    left: tuple[int, ...]
    """Ids before the block, the opening token first."""
    right: tuple[int, ...]
    """Ids behind the block, the closing token last."""
    cached: int = 0
    """Nothing is ever reused between two requests."""

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids of the context, those before the block last."""
        return (*self.right, *self.left)

    @property
    def tokens(self) -> int:
        """Ids of the context."""
        return len(self.left) + len(self.right)


class FullAttention:
    """A family whose block and context all see each other."""

    parallel = True
    causal = False
    head_ids: Tensor | None = None
    block = BLOCK

    def __init__(
        self,
        checkpoint: Checkpoint,
        vocabulary: Vocabulary,
        conventions: Conventions,
        form: Form = quickest,
        caching: Caching | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.length = conventions.length
        self.window = WINDOW - BLOCK
        self._conventions = conventions
        self._shift = int(conventions.shift)
        self._decoder = checkpoint.decoder(lambda _, dense: form(dense))
        self._caching = caching or Caching()
        self._kept: WeakKeyDictionary[Canvas, Kept] = WeakKeyDictionary()

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count what `prefill` would have to read: nothing, a pass reads it all."""
        return 0

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Generator[int, None, Context]:
        """Put the context in order; see the seam."""
        yield from ()
        left = (*self._conventions.opening, *prompt.snippets, *prompt.left)
        return Text(left=left, right=(*prompt.right, *self._conventions.closing))

    def room(self, context: Context) -> int:
        """Return the most places of a canvas: the same behind every context."""
        return self.block

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block to the text before the hole."""
        assert isinstance(context, Text)
        return Text(left=(*context.left, *ids), right=context.right)

    @torch.inference_mode()
    def logits(self, passes: Sequence[Pass]) -> list[Tensor]:
        """One forward for all passes; entry k is (P_k, V)."""
        if any(one.causal for one in passes):
            raise RequestInvalid("this model does not read left to right; use `confidence`")
        stretches = [self._stretch(one) for one in passes]
        device = self._decoder.device
        reads = torch.cat([stretch.reads for stretch in stretches]).to(device)
        positions = torch.cat([stretch.positions for stretch in stretches]).to(device)
        rows = self._decoder.forward(
            self._decoder.embed(reads), positions, _AttendStretches(stretches)
        )
        parts = rows.split([len(stretch.reads) for stretch in stretches])
        wanted = [part[s.wanted.to(device)] for s, part in zip(stretches, parts, strict=True)]
        return list(self._decoder.head(torch.cat(wanted)).split([len(one) for one in wanted]))

    def _stretch(self, one: Pass) -> "Stretch":
        """The rows that have to go through the model again."""
        assert isinstance(one.context, Text)
        text, canvas = one.context, one.canvas
        block = torch.where(canvas.masked, self._conventions.mask, canvas.ids)
        ids = torch.cat([torch.tensor(text.left), block, torch.tensor(text.right)]).long()
        kept = self._kept_of(one, len(ids))
        first, stop = 0, len(ids)
        if kept is not None and kept.passes:
            first = max(len(text.left) - self._shift, 0)
            stop = len(text.left) + len(block) if self._caching.kept == "both" else stop
        speaking = (len(text.left) + one.places - self._shift).clamp(min=0)  # rows, (P,)
        if kept is not None:
            kept.passes += 1
        return Stretch(
            reads=ids[first:stop],
            positions=torch.arange(first, stop),
            wanted=speaking - first,
            memory=None if kept is None else kept.memory,
            length=len(ids),
        )

    def _kept_of(self, one: Pass, length: int) -> "Kept | None":
        """What is kept for a canvas; it is new where it is due to be."""
        if self._caching.kept == "none":
            return None
        kept = self._kept.get(one.canvas)
        if (
            kept is None
            or kept.text is not one.context
            or kept.length != length
            or kept.passes >= self._caching.refresh
        ):
            memory = self._empty(length)
            kept = Kept(text=one.context, length=length, memory=memory)
            self._kept[one.canvas] = kept
        return kept

    def _empty(self, length: int) -> KeyValues:
        decoder = self._decoder
        return KeyValues(decoder.shape, length, decoder.embedding.dtype, decoder.device)


@dataclass(slots=True, kw_only=True)
class Kept:
    """Keys and values of a whole text, some of which outlive a pass."""

    text: Context
    """Whose they are."""
    length: int
    """Rows of the text, block included."""
    memory: KeyValues
    """The keys and values."""
    passes: int = 0
    """How often they were used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Rows of one text that go through the model, and see all of it."""

    reads: Tensor
    """What each row reads, (N,) int64."""
    positions: Tensor
    """Where each row stands in the text, (N,) int64, without a gap."""
    wanted: Tensor
    """Rows whose logits are wanted, (P,) int64."""
    memory: KeyValues | None
    """Keys and values of the rows that do not; None where all do."""
    length: int
    """Rows of the text."""

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend to the whole text, (N, heads, D) in and out."""
        keys, values = keys.transpose(0, 1), values.transpose(0, 1)
        if self.memory is not None:
            self.memory.length = int(self.positions[0])
            self.memory.write(layer, keys, values)
            keys, values = self.memory.read(layer, self.length)
        return attention(queries, keys, values, None)


class _AttendStretches:
    """Attention of several texts, each to itself."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._counts = [len(stretch.reads) for stretch in stretches]

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        parts = zip(*(rows.split(self._counts) for rows in (queries, keys, values)), strict=True)
        attended = zip(self._stretches, parts, strict=True)
        return torch.cat([stretch.attend(layer, *part) for stretch, part in attended])
