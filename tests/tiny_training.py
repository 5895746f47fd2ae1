"""What a training run needs, as small as it can be: a corpus of one file and a random base."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from tiny import tiny_model

from unmask_train.corpus.corpus import Document, write_corpus

TEXT = "".join(f"def f{k}(x):\n    return x + {k}\n\n" for k in range(30))
PACKAGE = {"name": "p", "version": "1", "licence": "MIT", "split": "train", "characters": 9}


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyTraining:
    """Folders of a corpus and of a base."""

    corpus: Path
    """As `unmask train data` writes it; the same file is trained on and held out."""
    base: Path
    """Of Qwen2's shape."""


def tiny_training(folder: Path, monkeypatch: pytest.MonkeyPatch) -> TinyTraining:
    """Make both in a folder; whatever trains on them does so in float32."""
    monkeypatch.setattr("unmask_train.learning.material.best_dtype", lambda _device: torch.float32)
    documents = [Document(package="p", path="a.py", language="python", text=TEXT)]
    made = TinyTraining(corpus=folder / "corpus", base=folder / "base")
    manifest = {"packages": [PACKAGE]}
    write_corpus(made.corpus, {"train": documents, "held-out": documents}, manifest)
    made.base.mkdir()
    tiny_model(made.base, "qwen2")
    return made
