"""One training forward: contexts read by the frozen base, blocks by the adapted decoder."""

from collections.abc import Sequence

import torch
from torch import Tensor

from unmask_model.transformer.decoder import Decoder
from unmask_train.examples.batch import Batch
from unmask_train.learning.adaptation import Adaptation

KVCache = list[tuple[Tensor, Tensor]]
"""Keys and values of each layer, (G, K, C, D) both."""


def block_rows(base: Decoder, adaptation: Adaptation, batch: Batch) -> Tensor:
    """Return the last hidden rows of all slots, (G * S, hidden)."""
    with torch.no_grad():
        past = _read(base, batch.context)
    known = base.embed(batch.reads.clamp(min=0))
    masked = (batch.reads < 0)[..., None]
    rows = torch.where(masked, adaptation.mask.to(known.dtype), known)
    sees = torch.cat([batch.sees_context, batch.sees_slots], dim=2)  # (G, S, C + S)
    attend = _Attend(_bias(sees, known.dtype), past)
    return adaptation.decoder.forward(rows.flatten(0, 1), batch.positions.flatten(), attend)


def _read(base: Decoder, ids: Tensor) -> KVCache:
    groups, length = ids.shape
    seen = torch.ones(length, length, dtype=torch.bool, device=ids.device)
    causal = seen.tril().expand(groups, -1, -1)
    kept: KVCache = []
    positions = torch.arange(length, device=ids.device).repeat(groups)
    rows = base.embed(ids.flatten())
    base.forward(rows, positions, _Attend(_bias(causal, rows.dtype), None, kept))
    return kept


def _bias(sees: Tensor, dtype: torch.dtype) -> Tensor:
    """(G, T, S) bool as the additive mask (G, 1, T, S) that attention wants."""
    zeros = torch.zeros(sees.shape, dtype=dtype, device=sees.device)
    return zeros.masked_fill(~sees, float("-inf"))[:, None]


class _Attend:
    """Attention of G sequences of equal length, after the keys and values of `past`."""

    def __init__(
        self,
        bias: Tensor,
        past: Sequence[tuple[Tensor, Tensor]] | None,
        kept: KVCache | None = None,
    ) -> None:
        self._bias = bias
        self._past = past
        self._kept = kept

    def __call__(self, layer: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        groups = self._bias.shape[0]
        # (G * T, heads, D) -> (G, heads, T, D)
        q, k, v = (x.unflatten(0, (groups, -1)).transpose(1, 2) for x in (queries, keys, values))
        if self._past is not None:
            before = self._past[layer]
            k, v = torch.cat([before[0], k], dim=2), torch.cat([before[1], v], dim=2)
        if self._kept is not None:
            self._kept.append((k, v))
        share = q.shape[1] // k.shape[1]
        out = torch.nn.functional.scaled_dot_product_attention(
            q, k.repeat_interleave(share, 1), v.repeat_interleave(share, 1), self._bias
        )
        return out.transpose(1, 2).flatten(0, 1)
