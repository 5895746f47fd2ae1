"""The inputs of a run: the frozen base, the ids its head needs, and the texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from unmask_model.tokens.fim_marks import FimMarks, open_vocabulary
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.linear import Linear
from unmask_model.transformer.precision import best_dtype
from unmask_model.weights.base_files import BaseFiles
from unmask_train.corpus.corpus import Corpus, Document

_COUNTED = 20_000
"""Characters of a document that are tokenized to see which ids occur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that is read and never changed."""

    base: BaseFiles
    """Where the base came from."""
    checkpoint: Checkpoint
    """The base's tensors."""
    decoder: Decoder
    """The base as it reads contexts."""
    vocabulary: Vocabulary
    """The base's tokenizer."""
    head_ids: Tensor
    """Ids that occur, ascending, (V,) int64; others are never a target."""
    documents: Sequence[Document]
    """What is learned from."""
    held_out: Sequence[Document]
    """Documents of packages that are only measured on."""

    @classmethod
    def open(cls, base: BaseFiles, corpus: Path, device: torch.device | None = None) -> "Material":
        """Load a base onto a device, the CPU if none is named, and a corpus; count its ids."""
        device = device or torch.device("cpu")
        checkpoint = Checkpoint.open(base.config, base.tensors, best_dtype(device)).to(device)
        vocabulary = open_vocabulary(base.tokenizer)
        shelf = Corpus(corpus)
        documents = shelf.documents("train")
        return cls(
            base=base,
            checkpoint=checkpoint,
            decoder=checkpoint.decoder(),
            vocabulary=vocabulary,
            head_ids=_occurring([each.text for each in documents], vocabulary).to(device),
            documents=documents,
            held_out=shelf.documents("held-out"),
        )

    def first(self, layers: int) -> "Material":
        """Return the same for the first layers of the base alone; 0 stands for all."""
        if not layers:
            return self
        checkpoint = self.checkpoint.first(layers)
        return replace(self, checkpoint=checkpoint, decoder=checkpoint.decoder())

    @property
    def mask_row(self) -> Tensor:
        """Where the input row of a masked place starts from, (hidden,)."""
        marks = FimMarks.among(self.vocabulary.knows)
        return self.decoder.embedding[self.vocabulary.special(marks.nothing)]

    def trimmed_head(self) -> Linear:
        """Return the head with the rows of `head_ids` only: what training pays for each target."""
        return Linear(self.checkpoint.head[self.head_ids])


def _occurring(texts: Sequence[str], vocabulary: Vocabulary) -> Tensor:
    seen = torch.zeros(vocabulary.size, dtype=torch.bool)
    for text in texts:
        seen[torch.tensor(vocabulary.encode(text[:_COUNTED]), dtype=torch.int64)] = True
    seen[[vocabulary.end, *vocabulary.byte_ids]] = True
    return seen.nonzero().flatten()
