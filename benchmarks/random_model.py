"""Models of real sizes with random weights: what costs time is there, and no file is needed."""

from collections.abc import Iterator, Mapping

import torch
from roofline import Size
from torch import Tensor
from transformers import AutoModelForCausalLM, LlamaConfig

from unmask_model.decoding.length import Search
from unmask_model.families.block_causal import BlockCausal
from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.families.denoiser import Denoiser
from unmask_model.families.family import Conventions
from unmask_model.families.full_attention import FullAttention
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.execution import Execution
from unmask_model.transformer.precision import Precision

SPREAD = 0.02
"""Standard deviation of the weights, as models are initialised."""


class RandomTensors(Mapping[str, Tensor]):
    """Tensors by name that are made when they are asked for, where they are wanted."""

    def __init__(
        self, shapes: dict[str, torch.Size], dtype: torch.dtype, device: torch.device
    ) -> None:
        self._shapes, self._dtype, self._device = shapes, dtype, device

    def __getitem__(self, name: str) -> Tensor:
        tensor = torch.empty(self._shapes[name], dtype=self._dtype, device=self._device)
        return tensor.fill_(1.0) if tensor.ndim == 1 else tensor.normal_(std=SPREAD)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)


def random_decoder(size: Size, dtype: torch.dtype | None, device: torch.device) -> Decoder:
    """Return a decoder of a size with random weights, in the form this device computes it in."""
    config = LlamaConfig(
        num_hidden_layers=size.layers,
        hidden_size=size.hidden,
        num_attention_heads=size.heads,
        num_key_value_heads=size.kv_heads,
        head_dim=size.head_dim,
        intermediate_size=size.intermediate,
        vocab_size=size.vocabulary,
        tie_word_embeddings=size.tied,
        max_position_embeddings=4096,
    )
    with torch.device("meta"):
        described = AutoModelForCausalLM.from_config(config).state_dict()
    shapes = {name: tensor.shape for name, tensor in described.items()}
    if size.tied:
        shapes.pop("lm_head.weight", None)
    precision = Precision.of(dtype, device)
    tensors = RandomTensors(shapes, precision.floats, device)
    checkpoint = Checkpoint(config=config, tensors=tensors)
    return checkpoint.decoder(lambda _, dense: precision.form(dense))


def random_denoiser(decoder: Decoder, execution: Execution, block: int = 0) -> Denoiser:
    """Return a denoiser over a decoder: full attention, or blocks of so many places behind each
    other."""
    vocabulary = Vocabulary(byte_tokenizer(), END)
    conventions = Conventions(mask=0, length=Search(), block=block)
    kind = BlockCausal if block else FullAttention
    return kind(decoder, vocabulary, conventions, execution)
