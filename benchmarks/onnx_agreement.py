"""What the numbers of an ONNX graph cost in answers: fewer bits against float32 of the same file.

Windows of source files are read once by a converted decoder and once by torch in float32: the
first tokens as a context is, the others as the slots of a block are, left to right. Counted is how
often the most probable id of a place is the same, of all places and of those where float32 is sure,
and by how many nats the text is less probable.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import numpy.typing as npt
import torch
import typer
from bootstrap import Interval, mean
from forms import ADAPTER, folder_of
from results import progress, run, write
from rich.console import Console
from rich.table import Table
from torch import Tensor

from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.onnx.decoder_weights import Form
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.weights.base_files import Origin, find_base, open_base
from unmask_model.weights.bases import QWEN25_CODER_05B
from unmask_model.weights.gguf.gguf_file import GgufFile
from unmask_model.weights.gguf.gguf_tensors import GgufTensors

CONTEXT, TOKENS = 64, 512
"""Tokens that are read as a context is, and tokens of a window."""
SEED = 0
SURE = 0.6
"""Probability from which on float32 is sure."""
SIZES = range(4_000, 200_000)
"""Bytes of the files that are taken."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A form against float32."""

    places: int
    same: Interval
    """Share of places with the same most probable id."""
    same_where_sure: Interval
    nats: float
    """Of the text, a token."""
    nats_float32: float
    divergence: float
    """Kullback-Leibler, from float32, in nats a token."""


def main(
    sources: Annotated[list[Path], typer.Argument(help="Folders of source files.")],
    suffixes: Annotated[str, typer.Option(help="Of the files.")] = ".py,.ts,.php",
    windows: Annotated[int, typer.Option(min=1, help="Windows of each suffix.")] = 4,
    forms: Annotated[str, typer.Option(help="Forms of the weights.")] = ",".join(get_args(Form)),
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Compare converted decoders with float32, place by place."""
    vocabulary = open_vocabulary(open_base(QWEN25_CODER_05B.name).tokenizer)
    texts = draw(sources, suffixes.split(","), windows, SEED)
    chosen = [vocabulary.encode(text)[:TOKENS] for text in texts]
    chosen = [np.array(ids) for ids in chosen if len(ids) == TOKENS]
    oracle = Oracle(find_base(QWEN25_CODER_05B.name), ADAPTER)
    wanted = [oracle.read(ids) for ids in progress(chosen, "float32")]
    table = Table("form", "places", "same id %", f"where over {SURE} %", "nats", "divergence")
    figures = {}
    for form in forms.split(","):
        folder = folder_of(form)  # type: ignore[arg-type]
        found = [read(OnnxDecoder.open(folder), ids) for ids in progress(chosen, form)]
        figures[form] = one = compare(found, wanted, chosen, oracle.head_ids)
        table.add_row(
            form,
            str(one.places),
            one.same.text(100),
            one.same_where_sure.text(100),
            f"{one.nats:.4f} ({one.nats - one.nats_float32:+.4f})",
            f"{one.divergence:.4f}",
        )
    Console().print(table)
    write(out, {"seed": SEED, "windows": len(chosen), "forms": figures})


def draw(sources: Sequence[Path], suffixes: Sequence[str], count: int, seed: int) -> list[str]:
    """Draw files of each suffix; a window begins at a line drawn from each."""
    chosen, drawn = [], random.Random(seed)
    for suffix in suffixes:
        there = sorted(
            file
            for folder in sources
            for file in folder.rglob(f"*{suffix}")
            if file.is_file() and file.stat().st_size in SIZES
        )
        for file in drawn.sample(there, min(count, len(there))):
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
            start = drawn.randrange(max(len(lines) // 2, 1))
            chosen.append("".join(lines[start:])[: 8 * TOKENS])
    return chosen


def read(decoder: OnnxDecoder, ids: npt.NDArray[np.int64]) -> Floats:
    """Return the log probabilities of a window's places, (N, V)."""
    places = np.arange(len(ids))
    sees = np.tri(len(ids), dtype=bool)
    hidden, _ = decoder.forward(ids, places, places >= CONTEXT, [], sees)
    return log_softmax(decoder.head(hidden[CONTEXT:-1]))


def log_softmax(logits: Floats) -> Floats:
    """Of each row, (N, V) both."""
    return torch.from_numpy(logits).log_softmax(-1).numpy()


class Oracle:
    """The same decoder in torch, in float32 and without another rounding of the file's weights."""

    def __init__(self, origin: Origin, adapter: Path) -> None:
        file = origin.files()
        assert isinstance(file, Path)
        change = Adapter.open(adapter, origin.sha256)
        tensors = GgufTensors(GgufFile(file))
        known = Checkpoint.open(*_files(), torch.float32)
        exact = {name: torch.from_numpy(tensors.read(name).copy()) for name in tensors.shapes}
        checkpoint = Checkpoint(config=known.config, tensors=exact, layout=known.layout)
        self._base, self._adapted = checkpoint.decoder(), checkpoint.decoder(change.merged)
        self.head_ids = change.head_ids

    @torch.inference_mode()
    def read(self, ids: npt.NDArray[np.int64]) -> Floats:
        """Return the log probabilities of a window's places, (N, V)."""
        kept: list[tuple[Tensor, Tensor]] = []
        self._forward(self._base, ids[:CONTEXT], 0, kept)
        rows = self._forward(self._adapted, ids[CONTEXT:], CONTEXT, kept)[:-1]
        logits = self._base.head(rows)
        trimmed = logits if self.head_ids is None else logits[:, self.head_ids]
        return log_softmax(trimmed.numpy())

    def _forward(
        self,
        decoder: Decoder,
        ids: npt.NDArray[np.int64],
        first: int,
        kept: list[tuple[Tensor, Tensor]],
    ) -> Tensor:
        sees = torch.ones(len(ids), first + len(ids), dtype=torch.bool).tril(first)
        before = list(kept)
        kept.clear()

        def attend(layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            new = keys.transpose(0, 1), values.transpose(0, 1)
            old = before[layer : layer + 1]
            keys, values = (torch.cat(parts, dim=1) for parts in zip(*old, new, strict=True))
            kept.append((keys, values))
            return attention(queries, keys, values, sees)

        rows = decoder.embed(torch.from_numpy(ids))
        return decoder.forward(rows, torch.arange(first, first + len(ids)), attend)


def _files() -> tuple[Path, Path]:
    found = open_base(QWEN25_CODER_05B.name)
    return found.config, found.tensors


def compare(
    found: Sequence[Floats],
    wanted: Sequence[Floats],
    windows: Sequence[npt.NDArray[np.int64]],
    head_ids: Tensor | None,
) -> Agreement:
    """Set log probabilities against each other, window by window."""
    same, sure, groups, nats, nats32, divergence = [], [], [], [], [], []
    for number, (mine, yours, ids) in enumerate(zip(found, wanted, windows, strict=True)):
        same += (mine.argmax(-1) == yours.argmax(-1)).tolist()
        sure += (np.exp(yours.max(-1)) > SURE).tolist()
        groups += [str(number)] * len(mine)
        divergence.append((np.exp(yours) * (yours - mine)).sum(-1).mean())
        rows, columns = _written(ids, head_ids)
        nats.append(-mine[rows, columns].mean())
        nats32.append(-yours[rows, columns].mean())
    certain = [k for k, yes in enumerate(sure) if yes]
    return Agreement(
        places=len(same),
        same=mean(same, groups),
        same_where_sure=mean([same[k] for k in certain], [groups[k] for k in certain]),
        nats=float(np.mean(nats)),
        nats_float32=float(np.mean(nats32)),
        divergence=float(np.mean(divergence)),
    )


def _written(
    ids: npt.NDArray[np.int64], head_ids: Tensor | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows whose next token has a column, and those columns."""
    following = ids[CONTEXT + 1 :]
    if head_ids is None:
        return np.arange(len(following)), following
    known = head_ids.numpy()
    columns = np.searchsorted(known, following).clip(max=len(known) - 1)
    rows = np.flatnonzero(known[columns] == following)
    return rows, columns[rows]


if __name__ == "__main__":
    run(main)
