"""Models that write block after block: a block sees itself and all before it, nothing behind.

What is behind the hole can only be told by the order of the prompt: the right side comes first,
between the fill-in-the-middle marks of the tokenizer where it has such, and the hole stands at the
end. Blocks lie on a fixed grid of the text, so the first canvas has the places that are left of
the prompt's last block. Finished blocks are kept exactly, and so is all of a prompt but its last
block.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.proposal import Proposal
from unmask_model.families.denoiser import Context, Pass, Prefilling, Prompt
from unmask_model.families.family import Conventions
from unmask_model.families.fixed_shapes import PassShape, forward_of
from unmask_model.families.forward_rows import Forward, ForwardRows
from unmask_model.families.prompt import same_start
from unmask_model.families.reduction import propose
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.tokens.fim_marks import own_fim_ids
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.transformer.execution import Execution
from unmask_model.transformer.kv_cache import KVCache

CHUNK = 64
"""Context tokens read at a time, about."""
WINDOW = 2048
"""Most context tokens."""
SEEN_APART = 512
"""Between two lengths of a context that passes are compiled for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockContext:
    """A context: whole blocks that were read, and the start of the next."""

    ids: tuple[int, ...]
    """All ids in the order they are read."""
    memory: KVCache
    """Keys and values of the whole blocks, maybe of more behind them."""
    filled: int
    """Ids of the whole blocks."""
    cached: int
    """Ids that had been read before."""
    last: Tensor | None = None
    """The last row of the whole blocks, (hidden,): it speaks of the next place where rows do."""

    @property
    def tokens(self) -> int:
        """Ids of the context."""
        return len(self.ids)


class BlockCausal:
    """A family whose blocks see themselves and what is before them."""

    parallel = True
    rereads = False
    causal = False
    head_ids: Ids | None = None

    def __init__(
        self,
        decoder: Decoder,
        vocabulary: Vocabulary,
        conventions: Conventions,
        execution: Execution,
    ) -> None:
        self.vocabulary = vocabulary
        self.length = conventions.length
        self.window = WINDOW
        self.block = conventions.block
        self._conventions = conventions
        self._shift = int(conventions.shift)
        self._decoder = decoder
        self._forward: Forward = forward_of(
            decoder, _shapes(conventions.block), compiled=execution.compiled
        )
        self._marks = own_fim_ids(vocabulary)

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count the tokens that `prefill` would have to read."""
        ids = self._order(prompt)
        return self._whole(len(ids)) - self._shared(ids, reuse)

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Prefilling:
        """Read the whole blocks of the context in chunks; see the seam."""
        ids = self._order(prompt)
        whole, kept = self._whole(len(ids)), self._shared(ids, reuse)
        memory = self._memory(kept, whole, reuse)
        last = None
        step = max(CHUNK // self.block, 1) * self.block
        while memory.length < whole:
            most = (yield whole - memory.length) or step
            stop = memory.length + max(most // self.block, 1) * self.block
            last = self._read(memory, ids[memory.length : min(stop, whole)])
        return BlockContext(ids=ids, memory=memory, filled=whole, cached=kept, last=last)

    def room(self, context: Context) -> int:
        """Return the places that are left of the block in which the context ends."""
        return self.block - context.tokens % self.block

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block; a context whose memory went on elsewhere gets its own."""
        assert isinstance(context, BlockContext)
        longer = (*context.ids, *ids)
        whole, filled = self._whole(len(longer)), context.filled
        if whole == filled:
            return replace(context, ids=longer)
        memory = context.memory if context.memory.length == filled else context.memory.copy(filled)
        last = self._read(memory, longer[filled:whole])
        return replace(context, ids=longer, memory=memory, filled=whole, last=last)

    def rows(self, one: Pass) -> int:
        """Count the rows of a pass: a canvas and the start of its block."""
        assert isinstance(one.context, BlockContext)
        return len(one.canvas) + one.context.tokens - one.context.filled

    def propose(self, passes: Sequence[Pass]) -> list[Proposal]:
        """One forward for all passes."""
        return propose(passes, self.logits(passes), self.head_ids)

    @torch.inference_mode()
    def logits(self, passes: Sequence[Pass]) -> list[Tensor]:
        """One forward for all passes; entry k is (P_k, V)."""
        if any(one.causal for one in passes):
            raise RequestInvalid("this model does not read left to right; use `confidence`")
        tables = self._forward([self._rows(one) for one in passes])
        return [self._begun(one, table) for one, table in zip(passes, tables, strict=True)]

    def _rows(self, one: Pass) -> ForwardRows:
        """A canvas with the start of its block, which the prompt or an earlier canvas filled."""
        assert isinstance(one.context, BlockContext)
        filled, canvas = one.context.filled, one.canvas
        start = one.context.ids[filled:]
        shown = np.where(canvas.masked, self._conventions.mask, canvas.ids)
        reads = torch.tensor([*start, *shown.tolist()], dtype=torch.int64)
        return ForwardRows(
            reads=reads,
            positions=torch.arange(len(reads)) + filled,
            wanted=torch.from_numpy(np.maximum(one.places + len(start) - self._shift, 0)),
            memory=one.context.memory,
            before=filled,
        )

    def _begun(self, one: Pass, table: Tensor) -> Tensor:
        """The first place of a block is spoken of by the block before, where rows speak ahead."""
        context = one.context
        assert isinstance(context, BlockContext)
        if not self._shift or context.last is None or context.filled < context.tokens:
            return table
        first = torch.from_numpy(one.places == 0).to(table.device)[:, None]
        return torch.where(first, self._decoder.head(context.last[None]), table)

    def _order(self, prompt: Prompt) -> tuple[int, ...]:
        left = (*prompt.snippets, *prompt.left)
        if not self._marks:
            return (*self._conventions.opening, *prompt.right, *left)
        before, between, middle = self._marks
        return (*self._conventions.opening, before, *left, between, *prompt.right, middle)

    def _whole(self, tokens: int) -> int:
        return tokens - tokens % self.block

    def _shared(self, ids: tuple[int, ...], reuse: Context | None) -> int:
        """Count the ids of whole blocks whose keys and values an earlier context holds."""
        if not isinstance(reuse, BlockContext):
            return 0
        whole = self._whole(len(ids))
        filled = min(whole, reuse.filled, reuse.memory.length)
        shared = self._whole(same_start(ids[:filled], reuse.ids[:filled]))
        return min(shared, whole - self.block) if self._shift and shared else shared

    def _memory(self, kept: int, whole: int, reuse: Context | None) -> KVCache:
        """What an earlier context holds, where the new one goes on behind it; else a copy of it."""
        if not kept or not isinstance(reuse, BlockContext):
            return self._empty(whole)
        goes_on = kept == reuse.memory.length
        return reuse.memory if goes_on else reuse.memory.copy(kept)

    def _empty(self, tokens: int) -> KVCache:
        decoder = self._decoder
        capacity = tokens + 2 * self.block
        return KVCache(decoder.shape, capacity, decoder.embedding.dtype, decoder.device)

    @torch.inference_mode()
    def _read(self, memory: KVCache, ids: Sequence[int]) -> Tensor:
        """Read whole blocks, each of which sees itself and those before; return the last row."""
        memory.room_for(len(ids))
        start, stop = memory.length, memory.length + len(ids)
        device = self._decoder.device
        positions = torch.arange(start, stop, device=device)
        seen = torch.arange(stop, device=device) // self.block <= (positions // self.block)[:, None]

        def attend(layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            memory.write(layer, keys.transpose(0, 1), values.transpose(0, 1))
            return attention(queries, *memory.read(layer, stop), seen)

        rows = self._decoder.embed(torch.tensor(ids, device=device))
        rows = self._decoder.forward(rows, positions, attend)
        memory.length = stop
        return rows[-1]


def _shapes(block: int) -> list[PassShape]:
    """One block behind contexts of several lengths."""
    seen = range(SEEN_APART, WINDOW + SEEN_APART + 1, SEEN_APART)
    return [PassShape(sees=sees, rows=block, places=block) for sees in seen]
