"""From GGUF tensors to the tensors transformers would have saved for the same model.

Knows llama.cpp's names and the one thing it changes on the way in: for the Llama family the rows
of the query and key projections are permuted for interleaved rotary embeddings.
"""

import re

import numpy as np
import numpy.typing as npt

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.blocks import Blocks
from unmask_model.weights.gguf.gguf_blocks import gguf_blocks
from unmask_model.weights.gguf.gguf_file import GgufFile

EMBEDDING = "token_embd.weight"
HEAD = "output.weight"

NAMES = {
    EMBEDDING: "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    HEAD: "lm_head.weight",
}

LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}

LAYER = re.compile(r"blk\.(?P<layer>\d+)\.(?P<part>\w+)\.(?P<kind>weight|bias)")

SAME_MATRIX = 0.1
"""Relative difference below which two copies of a matrix differ by their quantisation alone."""


def transformers_name(name: str) -> str:
    """What transformers calls the tensor llama.cpp calls `name`; WeightsInvalid if unknown."""
    if name in NAMES:
        return NAMES[name]
    match = LAYER.fullmatch(name)
    if match is None or match["part"] not in LAYER_NAMES:
        raise WeightsInvalid(f"tensor `{name}` belongs to no supported model; use another base")
    return f"model.layers.{match['layer']}.{LAYER_NAMES[match['part']]}.{match['kind']}"


class GgufTensors:
    """The tensors of one file under transformers' names, one at a time.

    Qwen2.5-Coder-0.5B's GGUF stores its one tied matrix twice: as embedding in Q5_0 and as head
    in Q8_0. Measured, the two differ by 4.4 % (root mean square), which is exactly what Q5_0
    loses on the Q8_0 copy, and Q8_0 loses an eighth of that. So where the two are the same matrix
    the more precise copy serves as both: nearer to the publisher's weights, and 272 MB less.
    """

    def __init__(self, file: GgufFile) -> None:
        self._file = file
        self.tied = HEAD not in file.tensors or _same_matrix(file)
        self._sources = {transformers_name(name): name for name in file.tensors}
        if self.tied and HEAD in file.tensors:
            del self._sources[NAMES[HEAD]]
            self._sources[NAMES[EMBEDDING]] = _more_precise(file)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of every tensor by its transformers name."""
        return {name: self._file.shape(source) for name, source in self._sources.items()}

    def read(self, name: str) -> npt.NDArray[np.float32]:
        """One tensor in fp32."""
        values = self._file.dequantized(self._sources[name])
        order = self._order(name)
        return values if order is None else values[order]

    def blocks(self, name: str) -> Blocks | None:
        """One matrix as it is stored, where its format is one scale for 32 codes; else None."""
        tensor = self._file.tensors[self._sources[name]]
        blocks, order = gguf_blocks(tensor.tensor_type, tensor.data), self._order(name)
        return blocks if blocks is None or order is None else blocks.rows(order)

    def _order(self, name: str) -> npt.NDArray[np.int64] | None:
        """Rows of a tensor in the order transformers has them, where llama.cpp has another."""
        projection = name.split(".")[-2]
        if self._file.architecture != "llama" or projection not in ("q_proj", "k_proj"):
            return None
        heads = self._file.require("llama.attention.head_count")
        if projection == "k_proj":
            heads = self._file.get("llama.attention.head_count_kv", heads)
        return _unpermuted(self._file.shape(self._sources[name])[0], heads)


def _same_matrix(file: GgufFile) -> bool:
    """Are head and embedding one matrix, stored twice? Judged on every 97th row."""
    if file.shape(HEAD) != file.shape(EMBEDDING):
        return False
    head, embedding = (file.dequantized(name)[::97] for name in (HEAD, EMBEDDING))
    return bool(np.linalg.norm(head - embedding) <= SAME_MATRIX * np.linalg.norm(head))


def _more_precise(file: GgufFile) -> str:
    """The copy that spends more bytes on the same matrix."""
    return max((HEAD, EMBEDDING), key=lambda name: file.tensors[name].n_bytes)


def _unpermuted(rows: int, heads: int) -> npt.NDArray[np.int64]:
    """Rows (heads, half, 2) as llama.cpp orders them, back to (heads, 2, half)."""
    places = np.arange(rows, dtype=np.int64).reshape(heads, -1, 2)
    return places.swapaxes(1, 2).reshape(-1)
