"""A converted decoder at work: rows in, rows and new keys and values out.

Two sessions of ONNX Runtime: the layers, and the head, which is asked only for the rows whose
logits somebody wants.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from unmask_model.onnx.converted_names import BODY, HEAD, HEAD_IDS, MASK, SETTINGS, STRETCHES
from unmask_model.onnx.embedding import Embedding
from unmask_model.onnx.kv_cache import KVCache
from unmask_model.onnx.rotary import angles
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.blocks import Floats, Indices
from unmask_model.weights.decoder_shape import DecoderShape

MASKED = -1
"""What a row reads that stands for a masked place."""
UNSEEN = np.finfo(np.float32).min
"""Added to the score of what a row does not see."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxDecoder:
    """A decoder that is ready to be asked; its files stay mapped into memory."""

    shape: DecoderShape
    block: int
    """Places of the adapter's block; 0 without an adapter."""
    mask: Floats | None
    """Input row of a masked place, (hidden,)."""
    head_ids: Indices | None
    """Id of each column of the logits, ascending, (V,); None: column and id are the same."""
    embedding: Embedding
    frequencies: npt.NDArray[np.float64]
    """By what positions are multiplied, (head_dim / 2,)."""
    body: onnxruntime.InferenceSession
    logits: onnxruntime.InferenceSession

    @classmethod
    def open(cls, folder: Path, threads: int | None = None) -> "OnnxDecoder":
        """Open a converted folder; raise WeightsInvalid where it is damaged."""
        try:
            settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
            return cls(
                shape=DecoderShape(**settings["shape"]),
                block=settings["block"],
                mask=_array(folder / MASK),
                head_ids=_array(folder / HEAD_IDS),
                embedding=Embedding(folder),
                frequencies=np.array(settings["frequencies"]),
                body=_session(folder / f"{BODY}.onnx", threads),
                logits=_session(folder / f"{HEAD}.onnx", threads),
            )
        except Exception as error:  # the runtime raises what comes
            raise WeightsInvalid(
                f"{folder} is damaged ({str(error).splitlines()[0]}); delete it, it is made again"
            ) from error

    @property
    def mask_row(self) -> bool:
        """Whether masked places can be read: whether there is an adapter."""
        return self.mask is not None

    def cache(self, capacity: int) -> KVCache:
        """Return an empty cache with room for so many tokens."""
        return KVCache(self.shape, capacity)

    def forward(
        self,
        reads: Indices,
        positions: Indices,
        adapted: Bools,
        past: Sequence[tuple[KVCache, int]],
        mask: Bools | None = None,
    ) -> tuple[Floats, Floats]:
        """Return normed rows (N, hidden) and new keys and values (layers, 2, N, kv_heads, dim).

        A row reads an id or MASKED, stands at a position, and is adapted or not. `past` are at
        most two stretches of tokens that were read before, S in all: caches and their lengths.
        `mask` (N, S + N) says which of them, and which rows, a row sees; None: all.
        """
        cosines, sines = angles(self.frequencies, positions)
        context, own = self._kept(past)
        before, behind = context.shape[2], own.shape[2] + len(reads)
        feed: dict[str, Any] = {
            "rows": self._rows(reads),
            "gate": adapted[:, None].astype(np.float32),
            "cos": cosines,
            "sin": sines,
            "angles": np.arange(len(reads))[None],
            "mask": self._scores(mask, before + behind),
            "split": np.array([before, behind]),
        }
        for stretch, kept in zip(STRETCHES, (context, own), strict=True):
            for index, (keys, values) in enumerate(kept):
                feed[f"{stretch}_keys.{index}"] = keys
                feed[f"{stretch}_values.{index}"] = values
        hidden, new = self.body.run(None, feed)
        return hidden, new

    def head(self, rows: Floats) -> Floats:
        """Return the logits of normed rows, (W, hidden) -> (W, V)."""
        logits: Floats = self.logits.run(None, {"rows": rows})[0]
        return logits

    def _rows(self, reads: Indices) -> Floats:
        """Input rows of what is read, (N,) -> (N, hidden)."""
        rows = self.embedding.rows(np.maximum(reads, 0))
        if self.mask is not None:
            rows[reads == MASKED] = self.mask
        return rows

    def _scores(self, mask: Bools | None, seen: int) -> Floats:
        """What is added to scores, (1, N * groups, S + N); one row where all see all."""
        if mask is None:
            return np.zeros((1, 1, seen), np.float32)
        scores = np.where(mask, np.float32(0), UNSEEN)
        return np.repeat(scores, self.shape.groups, axis=0)[None]

    def _kept(self, past: Sequence[tuple[KVCache, int]]) -> list[Floats]:
        """Keys and values of two stretches; a missing one is empty."""
        kept = [cache.read(length) for cache, length in past]
        nothing = self.cache(0).read(0)
        return [*kept, *[nothing] * len(STRETCHES)][: len(STRETCHES)]


def _session(graph: Path, threads: int | None) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # they keep what they took
    options.add_session_config_entry("session.force_spinning_stop", "1")  # idle must be idle
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _array(file: Path) -> Any:
    return np.load(file) if file.is_file() else None
