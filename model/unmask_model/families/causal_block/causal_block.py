"""Block diffusion on a causal code model: a decoder of a known shape with our adapter.

The context is read causally by the untouched base and cached; only the block goes through the
adapted weights, each of its rows seeing the context and the whole block. The row before a place
predicts it, as in the base: row 0 reads the token left of the block, row i what stands at place
i - 1, or the mask row.

The context reads `<fim_prefix><fim_suffix>right<fim_middle>left`: an empty prefix, so that for the
base the left side is a middle it has begun to write. That is how it was trained, it predicts
better so than in the usual order (docs/log.md), and while somebody types the context only grows.
Text from elsewhere stands before all that, as other files of a repository do in the base's own
training: it changes least often, and an edit to the right does not read it again.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.length import EndPlaces, Length
from unmask_model.decoding.proposal import Choice, Proposal
from unmask_model.families.answers import proposal_of, with_guesses
from unmask_model.families.causal_block.attention_inputs import (
    BlockCache,
    Read,
    Sent,
    block_inputs,
    causal_inputs,
    rows_of,
)
from unmask_model.families.causal_block.backend import Backend, Cache, Inputs, Rows
from unmask_model.families.denoiser import Context, Pass, Prefilling, Prompt
from unmask_model.families.prompt import same_start
from unmask_model.protocol.errors import RequestInvalid, WeightsInvalid
from unmask_model.tokens.fim_marks import FimMarks, fim_ids
from unmask_model.tokens.vocabulary import Vocabulary

CHUNK = 64
"""Context tokens read at a time: large enough for the matrix units, small enough to stop soon."""
WINDOW = 768
"""Most context tokens."""
BLOCK = 32
"""Places of a canvas where no adapter says how long its blocks were in training."""
FEW = 4
"""Guesses whose logits cost less than going over the head once more: about six rows' time."""
JOINED = 6
"""Context ids that are left to the first pass, where that goes through all rows at once."""


class CausalBlock:
    """The family `causal_block`; without an adapter it can be read left to right only."""

    causal = True
    rereads = False
    length: Length = EndPlaces()

    def __init__(self, backend: Backend, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.window = WINDOW
        self.block = backend.block or BLOCK
        self.parallel = backend.parallel
        self.head_ids: Ids | None = backend.head_ids
        self._before, self._between, self._middle = fim_ids(vocabulary)
        if self.head_ids is not None and vocabulary.end not in self.head_ids:
            end = FimMarks.among(vocabulary.knows).end
            raise WeightsInvalid(f"the adapter cannot predict {end!r}; train it with that id")
        self._backend = backend
        self._joined = JOINED if backend.joint else 0
        self._block_caches: WeakKeyDictionary[Canvas, BlockCache] = WeakKeyDictionary()

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count the tokens that `prefill` would have to read."""
        ids = self._order(prompt)
        return self._unread(len(ids), _shared(ids, reuse))

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Prefilling:
        """Read the context in chunks; see the seam."""
        ids = self._order(prompt)
        kept = _shared(ids, reuse)
        memory = self._memory(kept, len(ids), reuse)
        while unread := self._unread(len(ids), memory.length):
            most = (yield unread) or CHUNK
            self._read(memory, ids[memory.length : min(memory.length + most, len(ids) - 1)])
        return Read(ids=ids, memory=memory, cached=kept)

    def room(self, context: Context) -> int:
        """Return the most places of a canvas: the same behind every context."""
        return self.block

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block; a context whose memory went on elsewhere gets its own."""
        assert isinstance(context, Read)
        memory, longer = context.memory, (*context.ids, *ids)
        if memory.length > len(context.ids) - 1:
            memory = memory.copy(len(context.ids) - 1)
        self._read(memory, longer[memory.length : -1])
        return Read(ids=longer, memory=memory, cached=context.cached)

    def rows(self, one: Pass) -> int:
        """Count the rows of a pass."""
        assert isinstance(one.context, Read)
        cache = self._block_caches.get(one.canvas)
        own = cache if cache and cache.context is one.context else None
        return rows_of(one.context, own, one)

    def propose(self, passes: Sequence[Pass]) -> list[Proposal]:
        """One forward for all passes.

        Where pending ids of the context go with the rows, canvases go one after the other: the
        first one reads them for all.
        """
        together = [list(passes)]
        if self._backend.joint:
            together = [[one] for one in passes]
        return [proposal for some in together for proposal in self._propose(some)]

    def _propose(self, passes: Sequence[Pass]) -> list[Proposal]:
        if not self.parallel and any(_asks_masks(one) for one in passes):
            raise RequestInvalid("a base without an adapter fills no masks; use `autoregressive`")
        sent = [self._sent(one) for one in passes]
        rows = self._backend.forward([each.inputs for each in sent])
        speaking = zip(passes, sent, rows, strict=True)
        if self._backend.lazy_head:
            return [self._in_turn(one, each, own) for one, each, own in speaking]
        parts = [(own, each.speaking) for own, each in zip(rows, sent, strict=True)]
        chosen = self._backend.choose(parts, [one.constraints for one in passes])
        return [proposal_of(one, choice) for one, choice in zip(passes, chosen, strict=True)]

    def _in_turn(self, one: Pass, sent: Sent, rows: Rows) -> Proposal:
        """Run the head over what is checked, then over those guesses alone that count.

        Few guesses go with what is checked: going over the head once more costs more than they do.
        """
        count = len(one.places)
        checked, guesses = sent.speaking[:count], sent.speaking[count:]
        if 0 < len(guesses) <= FEW:
            here, every = self._backend.choose(
                [(rows, checked), (rows, guesses)], [one.constraints, one.constraints.unruled]
            )
            return with_guesses(one, here, every.rows)
        (here,) = self._backend.choose([(rows, checked)], [one.constraints])

        def behind(counting: slice) -> Choice:
            (guessed,) = self._backend.choose(
                [(rows, guesses[counting])], [one.constraints.unruled]
            )
            return guessed

        return with_guesses(one, here, behind)

    def _sent(self, one: Pass) -> Sent:
        assert isinstance(one.context, Read)
        if not one.causal:
            return block_inputs(one.context, one)
        cache = self._block_caches.get(one.canvas)
        if cache is None or cache.context is not one.context:
            cache = BlockCache(one.context, self._backend.cache(len(one.canvas)))
            self._block_caches[one.canvas] = cache
        return causal_inputs(cache, one)

    def _order(self, prompt: Prompt) -> tuple[int, ...]:
        elsewhere = (*prompt.snippets, *self.vocabulary.file_mark) if prompt.snippets else ()
        right = (self._before, self._between, *prompt.right, self._middle)
        return (*elsewhere, *right, *prompt.left)

    def _unread(self, ids: int, filled: int) -> int:
        """Count what is to be read before the first pass, which takes a few ids itself."""
        unread = ids - 1 - filled
        return unread if unread > self._joined else 0

    def _memory(self, kept: int, tokens: int, reuse: Context | None) -> Cache:
        """Room for a context: behind what an earlier one holds, where none of it is lost."""
        if not kept or not isinstance(reuse, Read):
            return self._backend.cache(max(tokens + 2 * self.block, WINDOW // 2))
        if kept < reuse.filled:  # what is behind them still belongs to `reuse`
            return reuse.memory.copy(kept)
        reuse.memory.length = kept
        return reuse.memory

    def _read(self, memory: Cache, ids: Sequence[int]) -> None:
        first, count = memory.length, len(ids)
        if not count:
            return
        inputs = Inputs(
            reads=np.array(ids, np.int64),
            positions=np.arange(first, first + count),
            adapted=np.zeros(count, np.bool_),
            past=((memory, first),),
            mask=np.tri(count, first + count, first, dtype=np.bool_),
            kept=((memory, count),),
        )
        self._backend.forward([inputs])


def _asks_masks(one: Pass) -> bool:
    return not one.causal or bool(len(one.guessed))


def _shared(ids: tuple[int, ...], reuse: Context | None) -> int:
    """Count the ids whose keys and values an earlier context holds; the last is never read."""
    if not isinstance(reuse, Read):
        return 0
    filled = min(len(ids) - 1, reuse.filled)
    return same_start(ids[:filled], reuse.ids[:filled])
