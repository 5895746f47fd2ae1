"""What one text brings to a forward of an open model: rows to compute, and rows that they see.

Full attention and blocks behind blocks differ in which rows these are, and in nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.transformer.kv_cache import KVCache


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardRows:
    """Rows of one text that go through the model; all of them see each other."""

    reads: Tensor
    """What each row reads, (N,) int64."""
    positions: Tensor
    """Where each row stands in the text, (N,) int64, without a gap."""
    wanted: Tensor
    """Rows whose logits are wanted, (P,) int64."""
    memory: KVCache | None = None
    """Keys and values of rows that do not go through the model."""
    before: int = 0
    """Rows of the memory, from its start, that are seen."""
    behind: tuple[int, int] = (0, 0)
    """Further rows of the memory that are seen: the first, and where they stop."""
    kept: bool = False
    """Whether the keys and values of the rows go into the memory, at its start."""

    @property
    def sees(self) -> int:
        """Rows of the memory up to the last one that is seen."""
        first, stop = self.behind
        return stop if first < stop else self.before

    def attend(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend to what the rows see, (N, heads, D) in and out."""
        keys, values = keys.transpose(0, 1), values.transpose(0, 1)
        if self.memory is not None and self.kept:
            self.memory.write(layer, keys, values)
        if self.memory is not None and self.sees:
            seen = self.memory.read(layer, self.sees)
            keys, values = (
                torch.cat([old[:, : self.before], new, old[:, slice(*self.behind)]], dim=1)
                for old, new in zip(seen, (keys, values), strict=True)
            )
        return attention(queries, keys, values, None)


Forward = Callable[[Sequence[ForwardRows]], list[Tensor]]
"""From texts to the logits that each wants, (P, V) each."""


@dataclass(frozen=True, slots=True)
class Flat:
    """One forward over the rows of all texts, one behind the other, as many as there are."""

    decoder: Decoder

    def __call__(self, texts: Sequence[ForwardRows]) -> list[Tensor]:
        """Compute the logits that each wants."""
        decoder, device = self.decoder, self.decoder.device
        counts = [len(one.reads) for one in texts]

        def attend(layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            parts = zip(*(rows.split(counts) for rows in (queries, keys, values)), strict=True)
            attended = zip(texts, parts, strict=True)
            return torch.cat([one.attend(layer, *part) for one, part in attended])

        reads = torch.cat([one.reads for one in texts]).to(device)
        positions = torch.cat([one.positions for one in texts]).to(device)
        rows = decoder.forward(decoder.embed(reads), positions, attend).split(counts)
        wanted = [part[one.wanted.to(device)] for one, part in zip(texts, rows, strict=True)]
        return list(decoder.head(torch.cat(wanted)).split([len(one) for one in wanted]))
