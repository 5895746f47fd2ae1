"""Block diffusion on a causal code model: a decoder of a known shape with our adapter.

The context is read causally by the untouched base and cached; only the block goes through the
adapted weights, each of its slots seeing the context and the whole block. The slot before a place
predicts it, as in the base: slot 0 reads the token left of the block, slot i what stands at place
i - 1, or the mask row.

The context reads `<fim_prefix><fim_suffix>right<fim_middle>left`: an empty prefix, so that for the
base the left side is a middle it has begun to write. That is how it was trained, it predicts
better so than in the usual order (docs/log.md), and while somebody types the context only grows.
Text from elsewhere stands before all that, as other files of a repository do in the base's own
training: it changes least often, and an edit to the right does not read it again.
"""

from collections.abc import Generator, Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.length import EndPlaces, Length
from unmask_model.families.causal_block.attention_inputs import (
    MASK,
    AttentionInputs,
    BlockCache,
    BlockInputs,
    CausalInputs,
    Read,
    same_start,
)
from unmask_model.families.denoiser import Context, Pass, Prompt
from unmask_model.protocol.errors import RequestInvalid, WeightsInvalid
from unmask_model.tokens.fim_marks import FimMarks, fim_ids, open_vocabulary
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.transformer.fit import roomy_device
from unmask_model.transformer.kv_cache import KVCache
from unmask_model.transformer.linear import Form, Linear, Projection, quickest
from unmask_model.transformer.precision import Precision
from unmask_model.weights.base_files import BaseFiles
from unmask_model.weights.tensor_files import TensorFiles

CHUNK = 64
"""Context tokens read at a time: large enough for the matrix units, small enough to stop soon."""
WINDOW = 768
"""Most context tokens."""
COPIES = 2
"""Of the weights: the base's own read the context, adapted ones the block."""
BLOCK = 32
"""Places of a canvas where no adapter says how long its blocks were in training."""


class CausalBlock:
    """The family `causal_block`; without an adapter it can be read left to right only."""

    causal = True
    rereads = False
    length: Length = EndPlaces()

    def __init__(
        self,
        checkpoint: Checkpoint,
        vocabulary: Vocabulary,
        adapter: Adapter | None,
        form: Form = quickest,
    ) -> None:
        self.vocabulary = vocabulary
        self.window = WINDOW
        self.block = adapter.block if adapter else BLOCK
        self._before, self._between, self._middle = fim_ids(vocabulary)
        self.parallel = adapter is not None
        self.head_ids: Tensor | None = adapter.head_ids if adapter else None
        if self.head_ids is not None and not bool((self.head_ids == vocabulary.end).any()):
            end = FimMarks.among(vocabulary.knows).end
            raise WeightsInvalid(f"the adapter cannot predict {end!r}; train it with that id")
        checkpoint = checkpoint.first(adapter.layers) if adapter else checkpoint
        self._base = _base(checkpoint, self.head_ids, form)
        self._adapted = _adapted(checkpoint, adapter, form) if adapter else self._base
        self._mask = adapter.mask.to(self._base.embedding) if adapter else None
        self._trails: WeakKeyDictionary[Canvas, BlockCache] = WeakKeyDictionary()

    @classmethod
    def open(
        cls,
        base: BaseFiles,
        adapter: Path | None,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> "CausalBlock":
        """Load a base and the adapter that was made for it; raise WeightsInvalid if it was not.

        `dtype` is what weights are multiplied in; None is what `device` does best. No device is
        the GPU where there is one with room.
        """
        numbers = COPIES * TensorFiles(base.tensors, torch.float32).elements()
        device = device or roomy_device(numbers, dtype)
        precision = Precision.of(dtype, device)
        return cls(
            Checkpoint.open(base.config, base.tensors, precision.floats).to(device),
            open_vocabulary(base.tokenizer),
            Adapter.open(adapter, base.sha256) if adapter else None,
            precision.form,
        )

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count the tokens that `prefill` would have to read."""
        ids = self._order(prompt)
        return len(ids) - 1 - _shared(ids, reuse)

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Generator[int, None, Context]:
        """Read the context in chunks; see the seam."""
        ids = self._order(prompt)
        kept = _shared(ids, reuse)
        memory = reuse.memory if kept and isinstance(reuse, Read) else self._empty(len(ids))
        memory.length = kept
        while memory.length < len(ids) - 1:
            yield len(ids) - 1 - memory.length
            self._read(memory, ids[memory.length : min(memory.length + CHUNK, len(ids) - 1)])
        return Read(ids=ids, memory=memory, cached=kept)

    def room(self, context: Context) -> int:
        """Return the most places of a canvas: the same behind every context."""
        return self.block

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block; a context whose memory went on elsewhere gets its own."""
        assert isinstance(context, Read)
        filled = len(context.ids) - 1
        memory = context.memory if context.memory.length == filled else context.memory.copy(filled)
        longer = (*context.ids, *ids)
        self._read(memory, longer[filled:-1])
        return Read(ids=longer, memory=memory, cached=context.cached)

    @torch.inference_mode()
    def logits(self, passes: Sequence[Pass]) -> list[Tensor]:
        """One forward for all passes; entry k is (P_k, V)."""
        shares, device = [self._share(one) for one in passes], self._base.device
        reads = torch.cat([share.reads for share in shares])
        positions = torch.cat([share.positions for share in shares]).to(device)
        rows = self._adapted.forward(self._embed(reads), positions, _AttendInputs(shares))
        for share in shares:
            share.keep()
        blocks = zip(shares, rows.split([len(share.reads) for share in shares]), strict=True)
        wanted = [block[share.wanted.to(device)] for share, block in blocks]
        return list(self._base.head(torch.cat(wanted)).split([len(one) for one in wanted]))

    def _share(self, one: Pass) -> AttentionInputs:
        assert isinstance(one.context, Read)
        if not one.causal:
            return BlockInputs(one.context, one)
        trail = self._trails.get(one.canvas)
        if trail is None or trail.context is not one.context:
            trail = BlockCache.fresh(one.context, self._base.shape, len(one.canvas))
            self._trails[one.canvas] = trail
        return CausalInputs(trail, one)

    def _embed(self, reads: Tensor) -> Tensor:
        """Input rows of what slots read, (N,) -> (N, hidden)."""
        masked, device = reads == MASK, self._base.device
        known = self._base.embed(reads.clamp(min=0).to(device))
        if not bool(masked.any()):
            return known
        if self._mask is None:
            raise RequestInvalid("a base without an adapter fills no masks; use `autoregressive`")
        return torch.where(masked.to(device)[:, None], self._mask, known)

    def _order(self, prompt: Prompt) -> tuple[int, ...]:
        elsewhere = (*prompt.snippets, *self.vocabulary.file_mark) if prompt.snippets else ()
        right = (self._before, self._between, *prompt.right, self._middle)
        return (*elsewhere, *right, *prompt.left)

    def _empty(self, tokens: int) -> KVCache:
        capacity = max(tokens + 2 * self.block, WINDOW // 2)
        return KVCache(self._base.shape, capacity, self._base.embedding.dtype, self._base.device)

    @torch.inference_mode()
    def _read(self, memory: KVCache, ids: Sequence[int]) -> None:
        device = self._base.device
        memory.room_for(len(ids))
        positions = torch.arange(memory.length, memory.length + len(ids), device=device)
        rows = self._base.embed(torch.tensor(ids, device=device))
        self._base.forward(rows, positions, _AttendContext(memory, len(ids)))
        memory.length += len(ids)


def _base(checkpoint: Checkpoint, head_ids: Tensor | None, form: Form) -> Decoder:
    """Return the untouched decoder, its head trimmed to `head_ids` if there are some."""

    def adapt(name: str, dense: Linear) -> Projection:
        if name == "head" and head_ids is not None:
            dense = Linear(dense.weight[head_ids.to(dense.weight.device)])
        return form(dense)

    return checkpoint.decoder(adapt)


def _adapted(checkpoint: Checkpoint, adapter: Adapter, form: Form) -> Decoder:
    """Return a second decoder whose layers the adapter has changed; the head is not its own."""

    def adapt(name: str, dense: Linear) -> Projection:
        return dense if name == "head" else form(adapter.merged(name, dense))

    return checkpoint.decoder(adapt)


class _AttendContext:
    """Causal attention of new context tokens, whose keys and values are kept."""

    def __init__(self, memory: KVCache, count: int) -> None:
        self._memory = memory
        self._stop = memory.length + count
        every = torch.ones(count, self._stop, dtype=torch.bool, device=memory.device)
        self._mask = every.tril(memory.length)

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        self._memory.write(layer, keys.transpose(0, 1), values.transpose(0, 1))
        return attention(queries, *self._memory.read(layer, self._stop), self._mask)


class _AttendInputs:
    """Attention of several canvases, each over its own context."""

    def __init__(self, shares: Sequence[AttentionInputs]) -> None:
        self._shares = shares
        self._counts = [len(share.reads) for share in shares]

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        parts = zip(*(rows.split(self._counts) for rows in (queries, keys, values)), strict=True)
        attended = zip(self._shares, parts, strict=True)
        return torch.cat([share.attend(layer, *part) for share, part in attended])


def _shared(ids: tuple[int, ...], reuse: Context | None) -> int:
    """Count the ids whose keys and values an earlier context holds; the last is never read."""
    if not isinstance(reuse, Read):
        return 0
    filled = min(len(ids) - 1, len(reuse.ids) - 1, reuse.memory.length)
    return same_start(ids[:filled], reuse.ids[:filled])
