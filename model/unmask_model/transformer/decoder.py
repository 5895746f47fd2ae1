"""A Llama-, Qwen2- or Qwen3-shaped decoder over flat rows of tokens.

It multiplies, norms and rotates; who sees whom is decided by the caller's `attend`, so that
reading a context, denoising a block and training share one forward. Rows of several sequences
lie one behind the other in a single (N, hidden) tensor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import embedding, rms_norm
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, rotate_half

from unmask_model.transformer.linear import Projection
from unmask_model.weights.decoder_shape import DecoderShape

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]
"""(layer, queries (N, H, D), keys (N, K, D), values (N, K, D)) -> (N, H, D)."""
AttendHere = Callable[[Tensor, Tensor, Tensor], Tensor]
"""The same in one layer."""
Angles = tuple[Tensor, Tensor]
"""Cosines and sines by which heads are turned, (N, 1, D) each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One decoder layer; projections that share their input are one matrix."""

    attention_norm: Tensor
    """Weight of the norm before attention, (hidden,)."""
    qkv: Projection
    """Queries, keys and values of a row, side by side."""
    out: Projection
    """Heads back to a row."""
    mlp_norm: Tensor
    """Weight of the norm before the MLP, (hidden,)."""
    mlp: Projection
    """What is done to each row by itself."""
    head_norms: tuple[Tensor, Tensor] | None = None
    """Weights of the norms of each query and key head, (head_dim,) both."""

    def forward(
        self, shape: DecoderShape, rows: Tensor, angles: Angles, attend: AttendHere
    ) -> Tensor:
        """Map (N, hidden) to (N, hidden)."""
        rows = rows + self._attention(shape, rows, angles, attend)
        return rows + self.mlp(_normed(rows, self.mlp_norm, shape))

    def _attention(
        self, shape: DecoderShape, rows: Tensor, angles: Angles, attend: AttendHere
    ) -> Tensor:
        heads = self.qkv(_normed(rows, self.attention_norm, shape))
        heads = heads.unflatten(-1, (-1, shape.head_dim))  # (N, H + 2K, D)
        turned, values = heads.split([shape.heads + shape.kv_heads, shape.kv_heads], dim=1)
        if self.head_norms:
            sides = turned.split([shape.heads, shape.kv_heads], dim=1)
            parts = zip(sides, self.head_norms, strict=True)
            turned = torch.cat([_normed(part, norm, shape) for part, norm in parts], dim=1)
        queries, keys = _rotate(turned, *angles).split([shape.heads, shape.kv_heads], dim=1)
        return self.out(attend(queries, keys, values).flatten(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoder:
    """The layers of a causal language model with its embedding and head."""

    shape: DecoderShape
    rotary: LlamaRotaryEmbedding
    """Rotary angles of the configuration, scaling included."""
    embedding: Tensor
    """Rows of the tokens, (vocabulary, hidden)."""
    layers: tuple[Layer, ...]
    """From the embedding to the head."""
    norm: Tensor
    """Weight of the last norm, (hidden,)."""
    head: Projection
    """Row to logits."""

    @property
    def device(self) -> torch.device:
        """Where the weights are, and rows and positions have to be."""
        return self.embedding.device

    def embed(self, ids: Tensor) -> Tensor:
        """Return the input rows of ids, (N,) -> (N, hidden)."""
        return embedding(ids, self.embedding)

    def forward(self, rows: Tensor, positions: Tensor, attend: Attend) -> Tensor:
        """Run the layers over (N, hidden) rows at (N,) positions; returns normed (N, hidden)."""
        angles = self.angles(rows, positions)
        for index, layer in enumerate(self.layers):
            rows = layer.forward(self.shape, rows, angles, partial(attend, index))
        return self.normed(rows)

    def angles(self, rows: Tensor, positions: Tensor) -> Angles:
        """Return how the heads of (N, hidden) rows at (N,) positions are turned."""
        cos, sin = self.rotary(rows, positions[None])
        return cos[0, :, None], sin[0, :, None]

    def normed(self, rows: Tensor) -> Tensor:
        """Norm rows that went through all layers, as the head wants them, (N, hidden) both."""
        return _normed(rows, self.norm, self.shape)


def _normed(rows: Tensor, weight: Tensor, shape: DecoderShape) -> Tensor:
    return rms_norm(rows, weight.shape, weight, shape.eps)


def _rotate(heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn (N, H, D) heads; angles may be narrower than a head, whose rest then stays."""
    width = cos.shape[-1]
    if width < heads.shape[-1]:
        turned, rest = heads[..., :width], heads[..., width:]
        return torch.cat([_rotate(turned, cos, sin), rest], dim=-1)
    half: Tensor = rotate_half(heads)
    return heads * cos + half * sin


def attention(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
    """Grouped-query attention of one sequence: (T, H, D) over (K, S, D) keys and values.

    `mask` is (T, S), True where a query sees a key; None sees all. The query heads that share a
    key head are laid out as further queries of it, so that keys and values are never repeated.
    """
    length, heads, dim = queries.shape
    groups = heads // keys.shape[0]
    folded = queries.unflatten(1, (-1, groups)).permute(1, 2, 0, 3).flatten(1, 2)  # (K, G*T, D)
    out: Tensor = torch.nn.functional.scaled_dot_product_attention(
        folded[None], keys[None], values[None], None if mask is None else mask.repeat(groups, 1)
    )
    unfolded: Tensor = out[0].unflatten(1, (groups, length))  # (K, G, T, D)
    return unfolded.permute(2, 0, 1, 3).reshape(length, heads, dim)
