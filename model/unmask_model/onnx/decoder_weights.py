"""What the parts of a decoder weigh: a base's tensors with an adapter's changes, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from unmask_model.onnx.base_tensors import BaseTensors
from unmask_model.onnx.layers import LayerWeights, LowRank, Map, query_order
from unmask_model.protocol.errors import DecoderUnknown
from unmask_model.weights.adapter_file import AdapterFile
from unmask_model.weights.blocks import Blocks, Floats, Indices, stacked
from unmask_model.weights.decoder_shape import DecoderShape
from unmask_model.weights.layout import LAYOUTS, Layout, check_sizes

Form = Literal["all8", "gateup4", "all4"]
"""Which maps of the layers have codes of 4 bits."""
FOUR_BITS: dict[Form, tuple[str, ...]] = {
    "all8": (),
    "gateup4": ("gate_up",),
    "all4": ("qkv", "out", "gate_up", "down"),
}
BEST: Form = "gateup4"
"""What answers best in 300 ms, and no worse without a limit (docs/benchmarks.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderWeights:
    """Tensors of one decoder, by part and layer, with an adapter's changes where there is one."""

    source: BaseTensors
    shape: DecoderShape
    layout: Layout
    adapter: AdapterFile | None
    form: Form

    @classmethod
    def of(cls, source: BaseTensors, adapter: AdapterFile | None, form: Form) -> "DecoderWeights":
        """Check what a source says of itself; raise WeightsInvalid for what is not known."""
        kind = source.config["model_type"]
        if kind not in LAYOUTS:
            known = ", ".join(LAYOUTS)
            raise DecoderUnknown(f"a {kind!r} model does not run without torch; known are {known}")
        for key, only in (("hidden_act", "silu"), ("use_sliding_window", False)):
            if (found := source.config.get(key, only)) != only:
                raise DecoderUnknown(f"config.json has {key} {found!r}; only {only!r} is known")
        shape = DecoderShape.of(source.config)
        if adapter and adapter.layers:
            shape = replace(shape, layers=adapter.layers)
        return cls(source=source, shape=shape, layout=LAYOUTS[kind], adapter=adapter, form=form)

    def layer(self, index: int) -> LayerWeights:
        """Return what a layer weighs."""
        names, before = self.layout, f"{self.layout.layers}.{index}"
        shape, here = self.shape, f"layers.{index}"
        widths = [shape.queries, shape.keys, shape.keys]
        hidden, inner = shape.hidden, shape.intermediate
        return LayerWeights(
            attention_norm=self._vector(f"{before}.{names.attention_norm}", hidden),
            qkv=_rows(
                self._map(f"{here}.qkv", before, names.qkv, widths, hidden), _qkv_order(shape)
            ),
            head_norms=self._head_norms(before),
            out=_columns(
                self._map(f"{here}.out", before, [names.out], [hidden], shape.queries),
                query_order(shape),
            ),
            mlp_norm=self._vector(f"{before}.{names.mlp_norm}", hidden),
            gate_up=self._map(f"{here}.gate_up", before, names.gate_up, [inner, inner], hidden),
            down=self._map(f"{here}.down", before, [names.down], [hidden], inner),
        )

    @property
    def norm(self) -> Floats:
        """Weight of the last norm, (hidden,)."""
        return self._vector(self.layout.norm, self.shape.hidden)

    @property
    def embedding(self) -> Blocks:
        """Rows of the tokens, (vocabulary, hidden)."""
        return self._matrix(self.layout.embedding, None, self.shape.hidden, 8)

    @property
    def head(self) -> Blocks:
        """Row to logits, (V, hidden): of the ids the adapter predicts, or of all."""
        tied = self.source.shape(f"{self.layout.head}.weight") is None
        name = self.layout.embedding if tied else self.layout.head
        rows = self._matrix(name, None, self.shape.hidden, 8)
        ids = self.adapter.head_ids if self.adapter else None
        return rows if ids is None else rows.rows(ids)

    def _map(
        self, here: str, before: str, parts: Sequence[str], widths: Sequence[int], inputs: int
    ) -> Map:
        """One map of several parts that read the same row, `widths` wide each."""
        bits = 4 if here.rpartition(".")[2] in FOUR_BITS[self.form] else 8
        sized = [(f"{before}.{part}", width) for part, width in zip(parts, widths, strict=True)]
        weight = stacked([self._matrix(name, width, inputs, bits) for name, width in sized])
        biased = any(self.source.shape(f"{name}.bias") for name, _ in sized)
        bias = [self._vector(name, width, "bias") for name, width in sized] if biased else []
        factors = self.adapter.factors(here) if self.adapter else None
        return Map(
            weight,
            np.concatenate(bias) if bias else None,
            LowRank(*factors) if factors else None,
        )

    def _head_norms(self, before: str) -> tuple[Floats, Floats] | None:
        if self.layout.head_norms is None:
            return None
        queries, keys = (f"{before}.{name}" for name in self.layout.head_norms)
        return self._vector(queries, self.shape.head_dim), self._vector(keys, self.shape.head_dim)

    def _vector(self, name: str, size: int, kind: str = "weight") -> Floats:
        tensor = f"{name}.{kind}"
        check_sizes(tensor, self.source.shape(tensor), size)
        return self.source.floats(tensor)

    def _matrix(self, name: str, outputs: int | None, inputs: int, bits: int) -> Blocks:
        tensor = f"{name}.weight"
        check_sizes(tensor, self.source.shape(tensor), outputs, inputs)
        return self.source.blocks(tensor, bits)


def _qkv_order(shape: DecoderShape) -> Indices:
    rest = np.arange(shape.queries, shape.queries + 2 * shape.keys, dtype=np.int64)
    return np.concatenate([query_order(shape), rest])


def _rows(map_: Map, order: Indices) -> Map:
    """The map with its outputs in another order."""
    adapter = map_.adapter and replace(map_.adapter, up=map_.adapter.up[order])
    bias = None if map_.bias is None else map_.bias[order]
    return Map(map_.weight.rows(order), bias, adapter)


def _columns(map_: Map, order: Indices) -> Map:
    """The map with its inputs in another order."""
    adapter = map_.adapter and replace(map_.adapter, down=map_.adapter.down[:, order])
    return Map(map_.weight.columns(order), map_.bias, adapter)
