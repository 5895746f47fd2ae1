"""A decoder's layers as nodes of a graph: rows in, normed rows and new keys and values out.

Attention goes over two stretches of kept tokens, the context's and the block's own, and the new
rows. Kept keys and values are multiplied where they lie, token by token: neither is copied or
transposed. For that the query heads stand in an order in which those of one key head are apart:
head (g, k) is the g-th that key head k serves.
"""

from dataclasses import dataclass

import numpy as np

from unmask_model.onnx.converted_names import STRETCHES
from unmask_model.onnx.graph import CONTRIB, Graph
from unmask_model.weights.blocks import Blocks, Floats, Indices, rounded
from unmask_model.weights.decoder_shape import DecoderShape


@dataclass(frozen=True, slots=True)
class LowRank:
    """What an adapter adds to a map: `up @ down`, for the rows whose gate is open."""

    down: Floats
    """(rank, in)."""
    up: Floats
    """(out, rank)."""


@dataclass(frozen=True, slots=True)
class Map:
    """A linear map of rows."""

    weight: Blocks
    bias: Floats | None = None
    adapter: LowRank | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWeights:
    """One layer; query heads are in the order of this module."""

    attention_norm: Floats
    qkv: Map
    head_norms: tuple[Floats, Floats] | None
    out: Map
    mlp_norm: Floats
    gate_up: Map
    down: Map


def query_order(shape: DecoderShape) -> Indices:
    """Return where each row of the queries, in the order of this module, stood before."""
    places = np.arange(shape.queries, dtype=np.int64)
    return places.reshape(shape.kv_heads, shape.groups, -1).transpose(1, 0, 2).reshape(-1)


class Layers:
    """Writes layers into a graph."""

    def __init__(self, graph: Graph, shape: DecoderShape) -> None:
        self._graph, self._shape = graph, shape
        self.rows = graph.input("rows", np.float32, "N", shape.hidden)
        self._gate = graph.input("gate", np.float32, "N", 1)
        self._cos = graph.input("cos", np.float32, "N", shape.head_dim // 2)
        self._sin = graph.input("sin", np.float32, "N", shape.head_dim // 2)
        self._angles = graph.input("angles", np.int64, 1, "N")
        self._mask = graph.input("mask", np.float32, 1, "M", "S")
        self._split = graph.input("split", np.int64, 2)
        self._pending: str | None = None
        self.kept: list[str] = []

    def add(self, index: int, weights: LayerWeights) -> None:
        """Add a layer behind those there are."""
        normed = self._normed(weights.attention_norm)
        self._pending = self._attention(index, normed, weights)
        self._pending = self._mlp(self._normed(weights.mlp_norm), weights)

    def finish(self, norm: Floats) -> tuple[str, str]:
        """Add the last norm; return the normed rows and all new keys and values."""
        normed = self._normed(norm)
        joined = self._graph.op("Concat", *self.kept, axis=0)
        shape = self._shape
        sizes = self._graph.integers(shape.layers, 2, -1, shape.kv_heads, shape.head_dim)
        return normed, self._graph.op("Reshape", joined, sizes)

    def _normed(self, weight: Floats) -> str:
        """Add what waits to be added to the rows, and norm them."""
        graph, scale = self._graph, self._graph.constant(weight)
        if self._pending is None:
            return graph.op(
                "SimplifiedLayerNormalization", self.rows, scale, axis=-1, epsilon=self._shape.eps
            )
        normed, _, _, self.rows = graph.ops(
            "SkipSimplifiedLayerNormalization",
            4,
            self.rows,
            self._pending,
            scale,
            domain=CONTRIB,
            epsilon=self._shape.eps,
        )
        return normed

    def _attention(self, index: int, normed: str, weights: LayerWeights) -> str:
        graph, shape = self._graph, self._shape
        queries, keys, values = graph.ops(
            "Split",
            3,
            self._map(normed, weights.qkv),
            graph.integers(shape.queries, shape.keys, shape.keys),
            axis=1,
        )
        norms = weights.head_norms or (None, None)
        queries = self._turned(queries, norms[0], shape.heads)
        keys, values = self._turned(keys, norms[1], shape.kv_heads), self._heads(values)
        self.kept += [keys, values]
        attended = self._attended(index, queries, keys, values)
        merged = graph.op("Transpose", attended, perm=[1, 0, 2])
        return self._map(
            graph.op("Reshape", merged, graph.integers(-1, shape.queries)), weights.out
        )

    def _turned(self, heads: str, norm: Floats | None, count: int) -> str:
        """Norm heads, where there is a norm, and turn them by their places: (N * ., K, D)."""
        graph, width = self._graph, self._shape.head_dim
        if norm is not None:
            apart = graph.op("Reshape", heads, graph.integers(-1, count, width))
            heads = graph.op(
                "SimplifiedLayerNormalization",
                apart,
                graph.constant(norm),
                axis=-1,
                epsilon=self._shape.eps,
            )
        flat = graph.op("Reshape", heads, graph.integers(1, -1, count * width))
        turned = graph.op(
            "RotaryEmbedding", flat, self._angles, self._cos, self._sin, domain=CONTRIB
        )
        return self._heads(turned)

    def _heads(self, flat: str) -> str:
        shape = self._shape
        sizes = self._graph.integers(-1, shape.kv_heads, shape.head_dim)
        return self._graph.op("Reshape", flat, sizes)

    def _attended(self, index: int, queries: str, keys: str, values: str) -> str:
        """Attention of queries (N * G, K, D) over all stretches, (K, N * G, D)."""
        context_keys, own_keys = self._stretches("keys", index, keys)
        context_values, own_values = self._stretches("values", index, values)
        graph = self._graph
        seen = [self._scores(queries, one) for one in (context_keys, own_keys)]
        masked = graph.op("Add", graph.op("Concat", *seen, axis=2), self._mask)
        shares = graph.ops("Split", 2, graph.op("Softmax", masked, axis=-1), self._split, axis=2)
        parts = [
            graph.op("FusedMatMul", share, one, domain=CONTRIB, transBatchB=1)
            for share, one in zip(shares, (context_values, own_values), strict=True)
        ]
        return graph.op("Add", *parts)

    def _stretches(self, what: str, index: int, new: str) -> tuple[str, str]:
        """The context's keys or values, and the block's own with the new ones behind."""
        shape = self._shape
        context, own = (
            self._graph.input(
                f"{stretch}_{what}.{index}", np.float32, stretch, shape.kv_heads, shape.head_dim
            )
            for stretch in STRETCHES
        )
        return context, self._graph.op("Concat", own, new, axis=0)

    def _scores(self, queries: str, keys: str) -> str:
        """(N * G, K, D) by (S, K, D) -> (K, N * G, S)."""
        return self._graph.op(
            "FusedMatMul",
            queries,
            keys,
            domain=CONTRIB,
            alpha=self._shape.head_dim**-0.5,
            transBatchA=1,
            transBatchB=1,
            transB=1,
        )

    def _mlp(self, normed: str, weights: LayerWeights) -> str:
        graph, width = self._graph, self._shape.intermediate
        both = self._map(normed, weights.gate_up)
        gate, up = graph.ops("Split", 2, both, graph.integers(width, width), axis=1)
        open_ = graph.op("QuickGelu", gate, domain=CONTRIB, alpha=1.0)
        return self._map(graph.op("Mul", open_, up), weights.down)

    def _map(self, rows: str, map_: Map) -> str:
        graph, base = self._graph, self._graph.linear(rows, map_.weight, map_.bias)
        if map_.adapter is None:
            return base
        narrow = graph.linear(rows, rounded(map_.adapter.down, 8))
        gated = graph.op("Mul", narrow, self._gate)
        return graph.op("Gemm", gated, graph.constant(map_.adapter.up.T), base)
