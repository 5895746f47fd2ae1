"""Passes of fixed shapes: compiled, and on a GPU recorded once and then only replayed.

On a GPU a pass over the few rows of a canvas is shorter than it takes Python to launch its kernels
one by one (docs/roofline.md). So rows and what they see are padded to a few shapes; a layer is
compiled once for all layers and shapes, and the whole pass is recorded as a CUDA graph for each
shape while the model is loaded. Nothing in a pass waits for the device. What fits no shape, several
texts at once, and a pass whose keys and values are kept go the plain way (`Flat`): they take long
enough that launching does not count, and no request ever waits for a compiler.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from unmask_model.families.forward_rows import Flat, Forward, ForwardRows
from unmask_model.transformer.decoder import Angles, Decoder, Layer, attention
from unmask_model.transformer.mlp import Mixture
from unmask_model.weights.decoder_shape import DecoderShape

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PassShape:
    """What a pass is padded to."""

    sees: int
    """Rows of a memory."""
    rows: int
    """Rows that go through the model."""
    places: int
    """Rows whose logits are wanted."""

    def fits(self, one: ForwardRows) -> bool:
        """Whether a text's pass is no larger."""
        wanted, rows = len(one.wanted), len(one.reads)
        return one.sees <= self.sees and rows <= self.rows and wanted <= self.places


def forward_of(decoder: Decoder, shapes: Sequence[PassShape], *, compiled: bool | None) -> Forward:
    """Return how passes go through a model: plainly where it is not to be compiled, or cannot.

    `compiled` None means on a GPU.
    """
    wanted = decoder.device.type == "cuda" if compiled is None else compiled
    if not wanted or not shapes:
        return Flat(decoder)
    if any(isinstance(layer.mlp, Mixture) for layer in decoder.layers):
        _log.warning("experts are chosen row by row: passes of this model are not compiled")
        return Flat(decoder)
    try:
        return FixedShapes(decoder, shapes)
    except RuntimeError as error:  # torch.compile: no compiler, or weights in a form of their own
        why = str(error).strip().split("\n")[0]
        _log.warning("passes of this model are not compiled: %s", why)
        return Flat(decoder)


class FixedShapes:
    """One compiled pass for each shape."""

    @torch.inference_mode()
    def __init__(self, decoder: Decoder, shapes: Sequence[PassShape]) -> None:
        self._flat = Flat(decoder)
        ordered = sorted(shapes)
        memory = _blank_memory(decoder, max(shape.sees for shape in ordered))
        compiled = Compiled(decoder)
        self._passes = [Padded(compiled, shape, memory) for shape in ordered]

    def __call__(self, texts: Sequence[ForwardRows]) -> list[Tensor]:
        """Compute the logits that each wants; see the module for which way."""
        one = texts[0]
        fitting = (each for each in self._passes if each.shape.fits(one))
        padded = next(fitting, None) if len(texts) == 1 and not one.kept else None
        return self._flat(texts) if padded is None else [padded(one)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a pass is computed from, always in the same memory."""

    reads: Tensor
    """(N,) int64."""
    positions: Tensor
    """(N,) int64."""
    wanted: Tensor
    """(P,) int64."""
    seen: Tensor
    """Which rows of the memory, and which of the pass, all rows see, (S + N,) bool."""
    keys: Tensor
    """(layers, K, S, D)."""
    values: Tensor
    """(layers, K, S, D)."""


class Compiled:
    """A forward whose layers are compiled, one graph for all of them."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self._through = torch.compile(_through, fullgraph=True)
        on_gpu = decoder.device.type == "cuda"
        self.pool = torch.cuda.graph_pool_handle() if on_gpu else None
        """Memory that all recordings share: only one is replayed at a time."""

    def __call__(self, inputs: Inputs) -> Tensor:
        """Compute logits, (P, V)."""
        decoder = self.decoder
        rows = decoder.embed(inputs.reads)
        angles = decoder.angles(rows, inputs.positions)
        for layer, *kept in zip(decoder.layers, inputs.keys, inputs.values, strict=True):
            rows = self._through(layer, decoder.shape, rows, angles, inputs.seen, *kept)
        return decoder.head(decoder.normed(rows)[inputs.wanted])


class Padded:
    """A pass of one shape; on a GPU a recording of it."""

    def __init__(self, run: Compiled, shape: PassShape, memory: tuple[Tensor, Tensor]) -> None:
        self.shape = shape
        self._run = run
        self._inputs = _blank(shape, memory, run.decoder.device)
        self._logits = run(self._inputs)  # compiles where that was not done yet
        self._graph: torch.cuda.CUDAGraph | None = None
        if self._logits.is_cuda:
            torch.cuda.synchronize()
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph, pool=run.pool):
                self._logits = run(self._inputs)

    def __call__(self, one: ForwardRows) -> Tensor:
        """Compute the logits that a text wants, (P, V)."""
        self._take(one)
        if self._graph is None:
            return self._run(self._inputs)[: len(one.wanted)]
        self._graph.replay()
        return self._logits[: len(one.wanted)].clone()  # the next replay writes over them

    def _take(self, one: ForwardRows) -> None:
        """Write a text over the last one; what is behind it is not seen, whatever it holds."""
        inputs, rows, sees = self._inputs, len(one.reads), one.sees
        inputs.reads[:rows].copy_(one.reads)
        inputs.positions[:rows].copy_(one.positions)
        inputs.wanted[: len(one.wanted)].copy_(one.wanted)
        seen = torch.zeros(len(inputs.seen), dtype=torch.bool)
        seen[: one.before] = True
        seen[slice(*one.behind)] = True
        seen[self.shape.sees :] = torch.arange(self.shape.rows) < rows
        inputs.seen.copy_(seen)
        if one.memory is not None and sees:
            keys, values = one.memory.all_layers(sees)
            inputs.keys[:, :, :sees].copy_(keys)
            inputs.values[:, :, :sees].copy_(values)


def _through(  # noqa: PLR0913 -- a compiled function is given its tensors one by one
    layer: Layer,
    shape: DecoderShape,
    rows: Tensor,
    angles: Angles,
    seen: Tensor,
    kept_keys: Tensor,
    kept_values: Tensor,
) -> Tensor:
    """One layer over (N, hidden) rows that see what is kept, (K, S, D), and each other."""

    def attend(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        keys = torch.cat([kept_keys, keys.transpose(0, 1)], dim=1)
        values = torch.cat([kept_values, values.transpose(0, 1)], dim=1)
        return attention(queries, keys, values, seen.expand(len(queries), -1))

    return layer.forward(shape, rows, angles, attend)


def _blank_memory(decoder: Decoder, rows: int) -> tuple[Tensor, Tensor]:
    """Keys and values that all shapes share; zeros, since what is not seen must be finite too.

    A row more than any shape sees: a compiler takes a whole tensor for another kind than a part.
    """
    shape = decoder.shape
    size = (shape.layers, shape.kv_heads, rows + 1, shape.head_dim)
    keys, values = (decoder.embedding.new_zeros(size) for _ in range(2))
    return keys, values


def _blank(shape: PassShape, memory: tuple[Tensor, Tensor], device: torch.device) -> Inputs:
    keys, values = (kept[:, :, : shape.sees] for kept in memory)
    return Inputs(
        reads=torch.zeros(shape.rows, dtype=torch.int64, device=device),
        positions=torch.zeros(shape.rows, dtype=torch.int64, device=device),
        wanted=torch.zeros(shape.places, dtype=torch.int64, device=device),
        seen=torch.ones(shape.sees + shape.rows, dtype=torch.bool, device=device),
        keys=keys,
        values=values,
    )
