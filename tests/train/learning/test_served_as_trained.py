"""What is trained is what is served: the same context and block give the same logits in both."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from tiny import tiny_model
from tiny_block import finish
from tiny_block import logits as logits_of
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.torch_backend import TorchBackend
from unmask_model.families.denoiser import Context, Pass, Prompt
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_train.examples.batch import Batch, Batcher
from unmask_train.examples.examples import Example
from unmask_train.examples.masked_copies import Copy, Layout, Weighting
from unmask_train.learning.adaptation import Adaptation
from unmask_train.learning.network import block_rows

RIGHT, LEFT, BLOCK = (5, 6, 7), tuple(range(60, 90)), tuple(range(100, 108))
LENGTH, AHEAD = len(BLOCK), 3
LAYOUT = Layout(copies=((Copy.CAUSAL,), (Copy.BLANK,)), groups=4, ahead=AHEAD)


@dataclass(frozen=True)
class Both:
    """A block as training reads it, and the product with the same weights."""

    batch: Batch
    logits: Tensor
    product: CausalBlock
    context: Context

    def of(self, kind: Copy) -> Tensor:
        """Logits of the slots of a kind, (N, V)."""
        return self.logits[self.batch.kinds[0] == int(kind)]

    def served(self, canvas: Canvas, causal: bool, lookahead: int = 0) -> Tensor:
        """Logits of all places, and of what is guessed behind each."""
        every = np.arange(LENGTH)
        one = Pass(
            context=self.context,
            canvas=canvas,
            places=every,
            causal=causal,
            lookahead=lookahead,
            guessed=every if lookahead else every[:0],
        )
        return logits_of(self.product, [one])[0]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    tiny = tiny_model(tmp_path_factory.mktemp("base"), "qwen2")
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    vocabulary = open_vocabulary(tiny.files.tokenizer)
    adapter = Adapter.open(tiny.adapter, tiny.files.sha256)
    product = CausalBlock(TorchBackend(checkpoint, adapter), vocabulary)
    before, between, middle = (
        vocabulary.special(f"<|fim_{name}|>") for name in ("prefix", "suffix", "middle")
    )
    ids = (before, between, *RIGHT, middle, *LEFT, *BLOCK)
    batcher = Batcher(LAYOUT, Weighting(), vocabulary.end, seed=0)
    batch = batcher.build([Example(ids=ids, starts=(len(ids) - LENGTH,))], LENGTH, blocks=1)
    adaptation = Adaptation(checkpoint, 3, adapter.mask, seed=0)
    adaptation.load(adapter.tensors)
    adaptation.merge()
    base = checkpoint.decoder()
    with torch.no_grad():
        logits = base.head(block_rows(base, adaptation, batch))
    return Both(batch, logits, product, read(product))


def read(product: CausalBlock) -> Context:
    return finish(product.prefill(Prompt(left=LEFT, right=RIGHT), None))


def blank(both: Both) -> Canvas:
    return Canvas.blank(LENGTH, both.product.vocabulary.end)


def full(both: Both) -> Canvas:
    canvas = blank(both)
    canvas.commit(np.arange(LENGTH), np.array(BLOCK), np.ones(LENGTH))
    return canvas


def test_a_blank_block(both: Both) -> None:
    served = both.served(blank(both), causal=False)
    assert (served - both.of(Copy.BLANK)).abs().max() <= 1e-4


def test_a_block_read_left_to_right(both: Both) -> None:
    served = both.served(full(both), causal=True)
    assert (served - both.of(Copy.CAUSAL)).abs().max() <= 1e-4


def test_guesses_ahead(both: Both) -> None:
    served = both.served(full(both), causal=True, lookahead=AHEAD)[LENGTH:].unflatten(
        0, (-1, AHEAD)
    )
    guessed = both.of(Copy.AHEAD).unflatten(0, (-1, AHEAD))
    positions = both.batch.positions[0][both.batch.kinds[0] == int(Copy.AHEAD)][::AHEAD]
    first = int(both.batch.positions[0][both.batch.kinds[0] == int(Copy.CAUSAL)][0])
    for group, position in zip(guessed, positions.tolist(), strict=True):
        behind = position - first - 1  # the place the group stands behind
        assert (served[behind] - group).abs().max() <= 1e-4
