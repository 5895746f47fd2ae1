"""Block diffusion on a causal code model: Llama- and Qwen2-shaped decoders with our adapter.

The context is read causally by the untouched base and cached; only the block goes through the
adapted weights, each of its slots seeing the context and the whole block. The slot before a place
predicts it, as in the base: slot 0 reads the token left of the block, slot i what stands at place
i - 1, or the mask row.

The context reads `<fim_prefix><fim_suffix>right<fim_middle>left`: an empty prefix, so that for the
base the left side is a middle it has begun to write. That is how it was trained, it predicts
better so than in the usual order (docs/log.md), and while somebody types the context only grows.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from pathlib import Path

import torch
from torch import Tensor

from unmask_model.adapter import Adapter
from unmask_model.checkpoint import Checkpoint
from unmask_model.decoder import Decoder, Projection, attention
from unmask_model.denoiser import Context, Pass, Prompt
from unmask_model.errors import RequestInvalid
from unmask_model.key_values import KeyValues
from unmask_model.precision import best_dtype
from unmask_model.projection import Dense, quickest
from unmask_model.vocabulary import Vocabulary
from unmask_model.weights.base_files import BaseFiles

CHUNK = 64
"""Context tokens read at a time: large enough for the matrix units, small enough to stop soon."""
WINDOW = 768
"""Most context tokens."""
BLOCK = 32
"""Places of a canvas where no adapter says how long its blocks were in training."""
END = "<|endoftext|>"
FIM = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A context that was read, but for its last id: that is what a block's first slot reads."""

    ids: tuple[int, ...]
    """All ids in the order they are read."""
    memory: KeyValues
    """Keys and values of ids[:-1], maybe of more behind them."""
    cached: int
    """Ids that had been read before."""

    @property
    def tokens(self) -> int:
        """Ids of the context."""
        return len(self.ids)


class CausalBlock:
    """The family `causal_block`; without an adapter it can be read left to right only."""

    head_ids = None

    def __init__(
        self, checkpoint: Checkpoint, vocabulary: Vocabulary, adapter: Adapter | None
    ) -> None:
        self.vocabulary = vocabulary
        self.window = WINDOW
        self.block = int(adapter.metadata["block"]) if adapter else BLOCK
        self._before, self._between, self._middle = map(vocabulary.special, FIM)
        self._base = checkpoint.decoder(lambda _, dense: quickest(dense))
        self._adapted = _adapted(checkpoint, adapter) if adapter else self._base
        self._mask = adapter.mask.to(self._base.embedding.dtype) if adapter else None

    @classmethod
    def open(
        cls, base: BaseFiles, adapter: Path | None, dtype: torch.dtype | None = None
    ) -> "CausalBlock":
        """Load a base and the adapter that was made for it; raise WeightsInvalid if it was not.

        `dtype` is what weights are multiplied in; None is what this processor does best.
        """
        return cls(
            Checkpoint.open(base.config, base.tensors, dtype or best_dtype()),
            Vocabulary.open(base.tokenizer, END),
            Adapter.open(adapter, base.sha256) if adapter else None,
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
        slots = [self._slots(one) for one in passes]
        counts = [len(rows) for rows in slots]
        positions = [
            torch.arange(count) + one.context.tokens - 1
            for one, count in zip(passes, counts, strict=True)
        ]
        attend = _AttendBlocks(passes, counts)
        rows = self._adapted.forward(torch.cat(slots), torch.cat(positions), attend)
        wanted = [block[one.places] for one, block in zip(passes, rows.split(counts), strict=True)]
        return list(self._base.head(torch.cat(wanted)).split([len(one) for one in wanted]))

    def _slots(self, one: Pass) -> Tensor:
        """Input rows of a canvas, (T, hidden); left to right only as far as is asked."""
        assert isinstance(one.context, Read)
        count = int(one.places[-1]) + 1 if one.causal else len(one.canvas)
        before = torch.cat([torch.tensor(one.context.ids[-1:]), one.canvas.ids[: count - 1]])
        known = self._base.embed(before)
        masked = torch.cat([torch.zeros(1, dtype=torch.bool), one.canvas.masked[: count - 1]])
        if not bool(masked.any()):
            return known
        if self._mask is None:
            raise RequestInvalid("a base without an adapter fills no masks; use `autoregressive`")
        return torch.where(masked[:, None], self._mask, known)

    def _order(self, prompt: Prompt) -> tuple[int, ...]:
        head = (self._before, self._between, *prompt.right, self._middle)
        return (*head, *prompt.snippets, *prompt.left)

    def _empty(self, tokens: int) -> KeyValues:
        capacity = max(tokens + 2 * self.block, WINDOW // 2)
        return KeyValues(self._base.shape, capacity, self._base.embedding.dtype)

    @torch.inference_mode()
    def _read(self, memory: KeyValues, ids: Sequence[int]) -> None:
        memory.room_for(len(ids))
        positions = torch.arange(memory.length, memory.length + len(ids))
        rows = self._base.embed(torch.tensor(ids))
        self._base.forward(rows, positions, _AttendContext(memory, len(ids)))
        memory.length += len(ids)


def _adapted(checkpoint: Checkpoint, adapter: Adapter) -> Decoder:
    """Return a second decoder whose layers the adapter has changed; the head is not its own."""

    def adapt(name: str, dense: Dense) -> Projection:
        return dense if name == "head" else quickest(adapter.merged(name, dense))

    return checkpoint.decoder(adapt)


class _AttendContext:
    """Causal attention of new context tokens, whose keys and values are kept."""

    def __init__(self, memory: KeyValues, count: int) -> None:
        self._memory = memory
        self._stop = memory.length + count
        self._mask = torch.ones(count, self._stop, dtype=torch.bool).tril(memory.length)

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        self._memory.write(layer, keys.transpose(0, 1), values.transpose(0, 1))
        return attention(queries, *self._memory.read(layer, self._stop), self._mask)


class _AttendBlocks:
    """Attention of the blocks of several canvases, each over its own context and itself."""

    def __init__(self, passes: Sequence[Pass], counts: Sequence[int]) -> None:
        self._counts = list(counts)
        self._contexts = [one.context for one in passes]
        self._masks = [
            _causal_mask(one.context.tokens - 1, count) if one.causal else None
            for one, count in zip(passes, counts, strict=True)
        ]

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        blocks = zip(*(rows.split(self._counts) for rows in (queries, keys, values)), strict=True)
        return torch.cat([self._one(layer, k, *block) for k, block in enumerate(blocks)])

    def _one(self, layer: int, k: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        context = self._contexts[k]
        assert isinstance(context, Read)
        before = context.memory.read(layer, context.tokens - 1)
        own = keys.transpose(0, 1), values.transpose(0, 1)  # (K, T, D)
        joined = [torch.cat(pair, dim=1) for pair in zip(before, own, strict=True)]
        return attention(queries, *joined, self._masks[k])


def _causal_mask(before: int, count: int) -> Tensor:
    return torch.ones(count, before + count, dtype=torch.bool).tril(before)


def _shared(ids: tuple[int, ...], reuse: Context | None) -> int:
    """Count the ids whose keys and values an earlier context holds; the last is never read."""
    if not isinstance(reuse, Read):
        return 0
    filled = min(len(ids) - 1, len(reuse.ids) - 1, reuse.memory.length)
    pairs = zip(ids[:filled], reuse.ids[:filled], strict=True)
    return sum(1 for _ in takewhile(lambda pair: eq(*pair), pairs))
