"""Where the true next token stands among a model's guesses: what better choices could win.

A model answers a hole, and then reads its own answer left to right with a group of two guesses
behind every place. A draft is checked against what it says there, so its own next token is the one
a guess should find; what the author wrote is counted beside it, as long as both wrote the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hole_context import read
from holes import Hole

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.samplers.verify import Verify
from unmask_model.families.causal_block.backend import Inputs, Rows
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.onnx_backend import OnnxBackend
from unmask_model.families.denoiser import Context, Pass
from unmask_model.onnx.converted_names import TOKENIZER
from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.tokens.fim_marks import open_vocabulary

AHEAD = 2
"""Guesses in a group, as many as `verify` asks for."""
CANVASES = 3
"""Most canvases of an answer."""
ABSENT = 1 << 30
"""The rank of an id that the head has no column for."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The guesses behind one place: how many ids each thought likelier than the right one."""

    hole: Hole
    behind: str
    """Text of the token that the first guess follows."""
    model: tuple[int, ...]
    """By what the model says there; shorter where its answer ends."""
    author: tuple[int, ...]
    """By what the author wrote; empty behind the first place where the answer differs."""


class KeptRows(OnnxBackend):
    """A converted decoder that remembers the rows of its last forward."""

    def __init__(self, decoder: OnnxDecoder) -> None:
        super().__init__(decoder)
        self.rows: Rows = np.empty((0, decoder.shape.hidden), np.float32)

    def forward(self, every: Sequence[Inputs]) -> list[Rows]:
        """Compute rows, and remember those of the last sequence."""
        found = super().forward(every)
        self.rows = found[-1]
        return found


class RankedGuesses:
    """A converted model whose guesses are ranked."""

    def __init__(self, folder: Path) -> None:
        self._decoder = OnnxDecoder.open(folder)
        self._kept = KeptRows(self._decoder)
        self._denoiser = CausalBlock(self._kept, open_vocabulary(folder / TOKENIZER))

    def of(self, hole: Hole) -> Iterator[Ranked]:
        """Answer a hole; yield the guesses behind each place of the answer but the last."""
        context, author = read(self._denoiser, hole)
        author = [*author, self._denoiser.vocabulary.end]
        agreed = True
        for _ in range(CANVASES):
            answer = self._answer(context)
            yield from self._behind(hole, context, answer, author if agreed else [])
            agreed = agreed and answer == author[: len(answer)]
            author = author[len(answer) :]
            if answer[-1] == self._denoiser.vocabulary.end:
                return
            context = self._denoiser.extend(context, answer)

    def _answer(self, context: Context) -> list[int]:
        """Return the ids of one canvas, an END among them."""
        end = self._denoiser.vocabulary.end
        canvas = Canvas.blank(self._denoiser.block, end, before=context.ids)
        steps = Verify(min_acceptance=0.5)(canvas)
        query = next(steps)
        while True:
            asked = Pass(
                context=context,
                canvas=canvas,
                places=query.places,
                causal=True,
                draft=query.draft,
                lookahead=query.lookahead,
                guessed=query.guessed,
            )
            try:
                query = steps.send(self._denoiser.propose([asked])[0])
            except StopIteration:
                return [*canvas.block(), *([end] if canvas.ended else [])]

    def _behind(
        self, hole: Hole, context: Context, answer: list[int], author: list[int]
    ) -> Iterator[Ranked]:
        count, ids = len(answer), np.array(answer)
        guesses = self._guesses(context, ids)  # (count, AHEAD, V)
        same = agreed_places(answer, author)
        for place in range(count - 1):
            follows = answer[place + 1 : place + 1 + AHEAD]
            wrote = author[place + 1 : place + 1 + AHEAD] if place < same else []
            yield Ranked(
                hole=hole,
                behind=self._denoiser.vocabulary.decode([answer[place]]),
                model=self._ranks(guesses[place], follows),
                author=self._ranks(guesses[place], wrote),
            )

    def _guesses(self, context: Context, answer: Ids) -> Floats:
        """Read an answer; return the logits of the guesses behind each place."""
        count = len(answer)
        one = Pass(
            context=context,
            canvas=Canvas.blank(count, self._denoiser.vocabulary.end),
            places=np.arange(count),
            causal=True,
            draft=answer[:-1],
            lookahead=AHEAD,
            guessed=np.arange(count),
        )
        self._denoiser.propose([one])
        rows = self._kept.rows[-AHEAD * count :]
        return self._decoder.head(rows).reshape(count, AHEAD, -1)

    def _ranks(self, logits: Floats, wanted: Sequence[int]) -> tuple[int, ...]:
        ids = self._denoiser.head_ids
        return tuple(rank(row, id_, ids) for row, id_ in zip(logits, wanted, strict=False))


def rank(logits: Floats, wanted: int, head_ids: Ids | None) -> int:
    """Count the columns that are likelier than that of an id, (V,); ABSENT where it has none."""
    if head_ids is None:
        return int((logits > logits[wanted]).sum())
    at = int(head_ids.searchsorted(wanted))
    if at == len(head_ids) or head_ids[at] != wanted:
        return ABSENT
    return int((logits > logits[at]).sum())


def agreed_places(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the ids two sequences have in common from their start."""
    pairs = zip(one, other, strict=False)
    return next((k for k, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def accepted(ranks: Sequence[int], among: int) -> int:
    """Count the guesses in a row that are right, if the right one of the best `among` is known."""
    return next((k for k, one in enumerate(ranks) if one >= among), len(ranks))
