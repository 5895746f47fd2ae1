"""A model family without weights: it answers from a script.

Everything else of it is real: a tokenizer, a context read in chunks and reused by exact token
prefix, logits for each place, left to right or all at once. The whole product runs on it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import eq

import numpy as np
from numpy.typing import NDArray

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.length import EndPlaces, Length
from unmask_model.decoding.proposal import Proposal, choose
from unmask_model.families.answers import proposal_of
from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.families.denoiser import Context, Pass, Prefilling, Prompt
from unmask_model.families.scripted.script import Script
from unmask_model.tokens.vocabulary import Vocabulary

CHUNK = 64
"""Context tokens that are read at a time."""
SURE, UNSURE, SECOND = 12.0, 6.0, 3.0
"""Logits of the scripted id where the model is sure and where not, and of the next rule's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A context that was read."""

    prompt: Prompt
    cached: int
    """Tokens that an earlier context had read already."""
    written: tuple[int, ...] = ()
    """Ids of the blocks that were finished since."""

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids in the order they were read."""
        return self.prompt.snippets + self.prompt.left + self.prompt.right + self.written

    @property
    def tokens(self) -> int:
        """Tokens that were read, cached ones included."""
        return len(self.ids)


class Scripted:
    """The family `scripted`."""

    parallel = True
    rereads = False
    causal = True
    length: Length = EndPlaces()
    head_ids: Ids | None = None

    def __init__(
        self, script: Script | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.script = script or Script()
        self.vocabulary = Vocabulary(byte_tokenizer(), END)
        self.window = self.script.window
        self.block = self.script.block
        self._sleep = sleep

    def unread(self, prompt: Prompt, reuse: Context | None) -> int:
        """Count the tokens that `prefill` would have to read."""
        read = Read(prompt=prompt, cached=0)
        return read.tokens - _shared(read, reuse)

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Prefilling:
        """Read the context in chunks; see the seam."""
        read = Read(prompt=prompt, cached=0)
        read = replace(read, cached=_shared(read, reuse))
        unread = read.tokens - read.cached
        while unread:
            chunk = min(unread, (yield unread) or CHUNK)
            self._take(chunk * self.script.token_ms)
            unread -= chunk
        return read

    def room(self, context: Context) -> int:
        """Return the most places of a canvas: the same behind every context."""
        return self.block

    def extend(self, context: Context, ids: Sequence[int]) -> Context:
        """Append a finished block to the context."""
        assert isinstance(context, Read)
        self._take(len(ids) * self.script.token_ms)
        return replace(context, written=context.written + tuple(ids))

    def rows(self, one: Pass) -> int:
        """Count the rows of a pass."""
        return one.slots

    def propose(self, passes: Sequence[Pass]) -> list[Proposal]:
        """One forward for all passes."""
        spoken = zip(passes, self.logits(passes), strict=True)
        return [
            proposal_of(one, choose(table, one.constraints, self.head_ids)) for one, table in spoken
        ]

    def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        """Logits of what each pass asks about and guesses, (R, V) each."""
        rows = sum(self.rows(one) for one in passes)
        self._take(self.script.pass_ms + rows * self.script.row_ms)
        return [self._speak(one) for one in passes]

    def _speak(self, one: Pass) -> NDArray[np.float32]:
        """Logits of the places, and of what is guessed behind some of them, (R, V)."""
        context = one.context
        assert isinstance(context, Read)
        places = np.concatenate([one.places, _behind(one)])
        rows = np.arange(len(places))
        logits = np.zeros((len(places), self.vocabulary.size), np.float32)
        for rank, ids in enumerate(self._answers(context, _seen(one), one.lookahead)):
            wanted = ids[places]
            surest = np.where(rows < self.script.sure, SURE, UNSURE)
            height = surest if rank == 0 else np.full(len(rows), SECOND / rank)
            logits[rows, wanted] = np.maximum(logits[rows, wanted], height)
        return logits

    def _answers(self, context: Read, canvas: Canvas, lookahead: int) -> list[Ids]:
        """Ids (T,) of the blocks that fit, those that agree with what stands already first."""
        left = self.vocabulary.decode(context.prompt.left)
        right = self.vocabulary.decode(context.prompt.right)
        written = list(context.written)
        standing = [*written, *canvas.block()]
        default = self.script.rest_of_default(self.vocabulary.decode(standing))
        answers = [self.vocabulary.encode(block) for block in self.script.blocks(left, right)]
        answers.append(standing + self.vocabulary.encode(default))
        rows = [self._row(ids, written, len(canvas) + lookahead) for ids in answers]
        return sorted(rows, key=lambda ids: _disagreeing(ids[: len(canvas)], canvas))

    def _row(self, ids: list[int], written: list[int], places: int) -> Ids:
        here = ids[len(written) :][:places] if ids[: len(written)] == written else []
        return np.array(here + [self.vocabulary.end] * (places - len(here)), np.int64)

    def _take(self, milliseconds: float) -> None:
        if milliseconds:
            self._sleep(milliseconds / 1000)


def _shared(read: Read, reuse: Context | None) -> int:
    if not isinstance(reuse, Read):
        return 0
    pairs = zip(read.ids, reuse.ids, strict=False)
    return sum(1 for _ in takewhile(lambda pair: eq(*pair), pairs))


def _seen(one: Pass) -> Canvas:
    """The canvas as its first place sees it: left to right, the places asked about are open."""
    if not one.causal:
        return one.canvas
    seen = one.canvas.copy()
    seen.masked[one.places] = True
    return seen


def _behind(one: Pass) -> Ids:
    """Places that are guessed behind those that are asked about, (G * lookahead,)."""
    further = np.arange(1, one.lookahead + 1)
    found: Ids = (one.places[one.guessed][:, None] + further).ravel()
    return found


def _disagreeing(ids: Ids, canvas: Canvas) -> int:
    """Count the committed places where `ids` has something else."""
    return int(((ids != canvas.ids) & ~canvas.masked).sum())
