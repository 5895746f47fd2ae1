"""`causal_block` in torch: two copies of the weights, the base's own and those the adapter changed.

For GPUs, for training, and for processors that multiply bfloat16 faster than ONNX Runtime
multiplies integers.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Choice
from unmask_model.families import reduction
from unmask_model.families.causal_block.backend import MASK, Cache, Inputs
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder, attention
from unmask_model.transformer.fit import roomy_device
from unmask_model.transformer.kv_cache import KVCache
from unmask_model.transformer.linear import Form, Linear, Projection, quickest
from unmask_model.transformer.precision import Precision
from unmask_model.transformer.tensor_files import TensorFiles
from unmask_model.weights.base_files import BaseFiles

COPIES = 2
"""Of the weights: the base's own read the context, adapted ones the block."""


class TorchBackend:
    """A base, and the base with an adapter, as two decoders."""

    joint = False
    lazy_head = False

    def __init__(
        self, checkpoint: Checkpoint, adapter: Adapter | None, form: Form = quickest
    ) -> None:
        self.parallel = adapter is not None
        self.block = adapter.block if adapter else 0
        trimmed = adapter.head_ids if adapter else None
        self.head_ids: Ids | None = None if trimmed is None else trimmed.numpy()
        checkpoint = checkpoint.first(adapter.layers) if adapter else checkpoint
        self._base = _base(checkpoint, trimmed, form)
        self._adapted = _adapted(checkpoint, adapter, form) if adapter else self._base
        self._mask = adapter.mask.to(self._base.embedding) if adapter else None

    @classmethod
    def open(
        cls,
        base: BaseFiles,
        adapter: Path | None,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> "TorchBackend":
        """Load a base and the adapter that was made for it; raise WeightsInvalid if it was not.

        `dtype` is what weights are multiplied in; None is what `device` does best. No device is
        the GPU where there is one with room.
        """
        numbers = COPIES * TensorFiles(base.tensors, torch.float32).elements()
        device = device or roomy_device(numbers, dtype)
        precision = Precision.of(dtype, device)
        return cls(
            Checkpoint.open(base.config, base.tensors, precision.floats).to(device),
            Adapter.open(adapter, base.sha256) if adapter else None,
            precision.form,
        )

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._base.device

    def cache(self, capacity: int) -> KVCache:
        """Return an empty cache with room for so many rows."""
        return KVCache(self._base.shape, capacity, self._base.embedding.dtype, self.device)

    @torch.inference_mode()
    def forward(self, every: Sequence[Inputs]) -> list[Tensor]:
        """Compute rows of several sequences, all of them adapted or none."""
        adapted = bool(every[0].adapted[0])
        assert all((each.adapted == adapted).all() for each in every)
        decoder = self._adapted if adapted else self._base
        reads = torch.cat([torch.from_numpy(each.reads) for each in every])
        positions = torch.cat([torch.from_numpy(each.positions) for each in every])
        for each in every:
            for cache, count in each.kept:
                _filled(cache).room_for(count)
        attend = _Attend(every, self.device)
        rows = decoder.forward(self._embed(reads), positions.to(self.device), attend)
        for each in every:
            for cache, count in each.kept:
                cache.length += count
        return list(rows.split([len(each.reads) for each in every]))

    @torch.inference_mode()
    def choose(
        self, parts: Sequence[tuple[Tensor, Ids]], constraints: Sequence[Constraints]
    ) -> list[Choice]:
        """Run the head over some rows of each, and choose."""
        tables = self.logits(parts)
        return reduction.choose(tables, constraints, self.head_ids)

    @torch.inference_mode()
    def logits(self, parts: Sequence[tuple[Tensor, Ids]]) -> list[Tensor]:
        """Logits of some rows of each, (R, V)."""
        wanted = [rows[torch.from_numpy(some).to(self.device)] for rows, some in parts]
        return list(self._base.head(torch.cat(wanted)).split([len(one) for one in wanted]))

    def _embed(self, reads: Tensor) -> Tensor:
        """Input rows of what is read, (N,) -> (N, hidden)."""
        masked = reads == MASK
        known = self._base.embed(reads.clamp(min=0).to(self.device))
        if self._mask is None or not bool(masked.any()):
            return known
        return torch.where(masked.to(self.device)[:, None], self._mask, known)


class _Attend:
    """Attention of several sequences, each over its own past; keeps what is to be kept."""

    def __init__(self, every: Sequence[Inputs], device: torch.device) -> None:
        self._every = every
        self._counts = [len(each.reads) for each in every]
        masks = (each.mask for each in every)
        self._masks = [None if m is None else torch.from_numpy(m).to(device) for m in masks]

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        rows = zip(*(part.split(self._counts) for part in (queries, keys, values)), strict=True)
        every = zip(self._every, self._masks, rows, strict=True)
        return torch.cat([self._one(layer, each, mask, *part) for each, mask, part in every])

    def _one(  # noqa: PLR0913 -- what attention takes, and whose it is
        self,
        layer: int,
        each: Inputs,
        mask: Tensor | None,
        queries: Tensor,
        keys: Tensor,
        values: Tensor,
    ) -> Tensor:
        own = keys.transpose(0, 1), values.transpose(0, 1)
        starts = [0]
        for cache, count in each.kept:
            stop = starts[-1] + count
            _filled(cache).write(layer, own[0][:, starts[-1] : stop], own[1][:, starts[-1] : stop])
            starts.append(stop)
        seen = [_filled(cache).read(layer, length) for cache, length in each.past if length]
        keys, values = (torch.cat(side, dim=1) for side in zip(*seen, own, strict=True))
        return attention(queries, keys, values, mask)


def _filled(cache: Cache) -> KVCache:
    assert isinstance(cache, KVCache)
    return cache


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
