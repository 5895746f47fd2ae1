"""Models in which every place sees every other: left, hole and right lie in their natural order.

Nothing of the context can be kept exactly while the block changes, since all of it sees the block.
`execution.Caching` trades that: keys and values outside the block are kept for some passes and then
read anew (Fast-dLLM, arXiv 2505.22618). Off by default: then an answer is what the publisher's code
would say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.proposal import Proposal
from unmask_model.families.denoiser import Context, Pass, Prefilling, Prompt
from unmask_model.families.family import Conventions
from unmask_model.families.fixed_shapes import PassShape, forward_of
from unmask_model.families.forward_rows import Forward, ForwardRows
from unmask_model.families.reduction import propose
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.execution import Caching, Execution, Keep
from unmask_model.transformer.kv_cache import KVCache

WINDOW = 2048
"""Most context tokens: what Dream and DreamOn were trained on, block included."""
BLOCK = 96
"""Most places of a canvas."""
ROWS_APART = 128
"""Between two lengths of a whole text that passes are compiled for."""
SEEN_APART = 512
"""Between two lengths of what is kept around a block: it is seen, and not computed."""


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
    rereads = True
    causal = False
    head_ids: Ids | None = None
    block = BLOCK

    def __init__(
        self,
        decoder: Decoder,
        vocabulary: Vocabulary,
        conventions: Conventions,
        execution: Execution,
    ) -> None:
        self.vocabulary = vocabulary
        self.length = conventions.length
        self.window = WINDOW - BLOCK
        self._conventions = conventions
        self._shift = int(conventions.shift)
        self._decoder = decoder
        self._caching = execution.caching
        self._forward: Forward = forward_of(
            decoder, _shapes(execution.caching), compiled=execution.compiled
        )
        self._kept: WeakKeyDictionary[Canvas, Kept] = WeakKeyDictionary()

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count what `prefill` would have to read: nothing, a pass reads it all."""
        return 0

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Prefilling:
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

    def rows(self, one: Pass) -> int:
        """Count the rows of a pass: the whole text."""
        return len(one.canvas) + one.context.tokens

    def propose(self, passes: Sequence[Pass]) -> list[Proposal]:
        """One forward for all passes."""
        return propose(passes, self.logits(passes), self.head_ids)

    @torch.inference_mode()
    def logits(self, passes: Sequence[Pass]) -> list[Tensor]:
        """One forward for all passes; entry k is (P_k, V)."""
        if any(one.causal for one in passes):
            raise RequestInvalid("this model does not read left to right; use `confidence`")
        return self._forward([self._rows(one) for one in passes])

    def _rows(self, one: Pass) -> ForwardRows:
        """The rows that have to go through the model again."""
        assert isinstance(one.context, Text)
        text, canvas = one.context, one.canvas
        block = np.where(canvas.masked, self._conventions.mask, canvas.ids)
        ids = torch.tensor([*text.left, *block.tolist(), *text.right], dtype=torch.int64)
        speaking = np.maximum(len(text.left) + one.places - self._shift, 0)  # rows, (P,)
        kept = self._kept_of(one, len(ids))
        first, stop = 0, len(ids)
        if kept is not None and kept.passes:
            first = max(len(text.left) - self._shift, 0)
            stop = len(text.left) + len(block) if self._caching.kept is Keep.BOTH else stop
        return ForwardRows(
            reads=ids[first:stop],
            positions=torch.arange(first, stop),
            wanted=torch.from_numpy(speaking - first),
            memory=None if kept is None else kept.memory,
            before=first,
            behind=(stop, len(ids)),
            kept=kept is not None and not kept.passes,
        )

    def _kept_of(self, one: Pass, length: int) -> "Kept | None":
        """What is kept for a canvas; it is new where it is due to be."""
        if self._caching.kept is Keep.NONE:
            return None
        kept = self._kept.get(one.canvas)
        if kept is None or kept.text is not one.context or kept.length != length:
            kept = Kept(text=one.context, length=length, memory=self._empty(length))
            self._kept[one.canvas] = kept
        kept.passes = (kept.passes + 1) % self._caching.refresh
        return kept

    def _empty(self, length: int) -> KVCache:
        decoder = self._decoder
        return KVCache(decoder.shape, length, decoder.embedding.dtype, decoder.device)


@dataclass(slots=True, kw_only=True)
class Kept:
    """Keys and values of a whole text, some of which outlive a pass."""

    text: Context
    length: int
    """Rows of the text, block included."""
    memory: KVCache
    """The keys and values."""
    passes: int = -1
    """Passes since they were read; the one that reads them is 0."""


def _shapes(caching: Caching) -> list[PassShape]:
    """Whole texts; or, where both sides of a block are kept, the block with the row before it."""
    if caching.kept is Keep.NONE:
        lengths = range(ROWS_APART, WINDOW + ROWS_APART + 1, ROWS_APART)
        return [PassShape(sees=0, rows=rows, places=BLOCK) for rows in lengths]
    if caching.kept is Keep.BOTH:
        seen = range(SEEN_APART, WINDOW + SEEN_APART + 1, SEEN_APART)
        return [PassShape(sees=sees, rows=BLOCK + 8, places=BLOCK) for sees in seen]
    return []
