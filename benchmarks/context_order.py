"""In which order should a causal base read the two sides of a hole?

The untouched base reads the true middle left to right behind each order; nothing is generated.
An order is good if the base expects the middle: share of tokens it would have chosen, of first
tokens, and mean negative log-likelihood. No adapter, no training: what a base does already is
what training need not teach.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from results import progress, write
from rich.console import Console
from rich.table import Table
from torch import Tensor

from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.transformer.linear import quickest
from unmask_model.transformer.precision import best_dtype
from unmask_model.weights.base_files import open_base
from unmask_train.corpus.corpus import Corpus
from unmask_train.examples.holes import Cutter


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole in ids."""

    left: list[int]
    middle: list[int]
    right: list[int]


Marks = tuple[int, int, int]
"""Ids of <fim_prefix>, <fim_suffix> and <fim_middle>."""

Order = Callable[[Hole, Marks], tuple[list[int], slice | None]]
"""The context in ids, and which of it must not see what is before it (None: all is causal)."""

ORDERS: dict[str, Order] = {
    "prefix left suffix right middle (native)": lambda h, m: (
        [m[0], *h.left, m[1], *h.right, m[2]],
        None,
    ),
    "prefix suffix right middle left": lambda h, m: (
        [m[0], m[1], *h.right, m[2], *h.left],
        None,
    ),
    "suffix right prefix left": lambda h, m: ([m[1], *h.right, m[0], *h.left], None),
    "native, right does not see left": lambda h, m: (
        [m[0], *h.left, m[1], *h.right, m[2]],
        slice(1 + len(h.left), 2 + len(h.left) + len(h.right)),
    ),
    "left only": lambda h, _: (h.left, None),
}


def main(
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    base: Annotated[str, typer.Option(help="Base model.")] = "qwen2.5-coder-0.5b-instruct-q4_k_m",
    holes: Annotated[int, typer.Option(min=1, help="Holes of held-out files.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Compare the orders on the same holes."""
    files = open_base(base)
    checkpoint = Checkpoint.open(files.config, files.tensors, best_dtype())
    decoder = checkpoint.decoder(lambda _, dense: quickest(dense))
    vocabulary = open_vocabulary(files.tokenizer)
    names = ("prefix", "suffix", "middle")
    marks: Marks = tuple(vocabulary.special(f"<|fim_{name}|>") for name in names)  # type: ignore[assignment]
    drawn = _holes(corpus, vocabulary, holes, seed)
    table = Table("order", "tokens", "first tokens", "nats a token", title=f"{len(drawn)} holes")
    figures = {}
    for name, order in ORDERS.items():
        right = [_read(decoder, *order(hole, marks), hole) for hole in progress(drawn, name[:20])]
        figures[name] = _figures(right)
        table.add_row(name, *(f"{figure:.3f}" for figure in figures[name]))
    Console().print(table)
    write(out, {"base": base, "holes": len(drawn), "seed": seed, "orders": figures})


def _holes(corpus: Path, vocabulary: Vocabulary, count: int, seed: int) -> list[Hole]:
    random_ = random.Random(seed)
    documents = Corpus(corpus).documents("held-out")
    texts = [document.text for document in documents if document.language == "python"]
    holes: list[Hole] = []
    while len(holes) < count:
        cut = Cutter(random_.choice(texts), random_).draw(starts=1, left=900, right=300)
        if cut is None:
            continue
        start = cut.starts[0]
        parts = cut.text[:start], cut.text[start:], cut.right
        left, middle, right = (vocabulary.encode(part) for part in parts)
        if len(left) >= 40 and 1 <= len(middle) <= 40 and len(right) >= 10:
            holes.append(Hole(left, middle, right))
    return holes


@torch.inference_mode()
def _read(decoder: Decoder, context: list[int], blind: slice | None, hole: Hole) -> Tensor:
    """Return for each token of the middle whether it would be chosen, and its nats, (M, 2)."""
    ids = context + hole.middle
    sees = torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
    if blind is not None:
        sees[blind, : blind.start] = False

    def attend(_: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        return attention(queries, keys.transpose(0, 1), values.transpose(0, 1), sees)

    rows = decoder.forward(decoder.embed(torch.tensor(ids)), torch.arange(len(ids)), attend)
    logits = decoder.head(rows[len(context) - 1 : -1]).float()
    targets = torch.tensor(hole.middle)
    nats = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    return torch.stack([(logits.argmax(-1) == targets).float(), nats], dim=1)


def _figures(read: Sequence[Tensor]) -> tuple[float, float, float]:
    tokens = torch.cat(list(read))
    first = sum(float(one[0, 0]) for one in read) / len(read)
    return float(tokens[:, 0].mean()), first, float(tokens[:, 1].mean())


if __name__ == "__main__":
    typer.run(main)
