"""A tokenizer from a publisher's files: one `tokenizer.json`, or Qwen2's vocabulary and merges.

Dream and its descendants publish only the second, with a tokenizer in Python that we do not run:
its rules are Qwen2's.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.gguf.gguf_tokenizer import qwen2_pre_tokenizer

TOKENIZER = "tokenizer.json"
VOCABULARY = "vocab.json"
MERGES = "merges.txt"
SETTINGS = "tokenizer_config.json"


def read_tokenizer(file: Path) -> Tokenizer:
    """Return the tokenizer of a file; raise WeightsInvalid where it is not one."""
    try:
        return _from_vocabulary(file.parent) if file.name == VOCABULARY else _from_file(file)
    except Exception as error:  # both libraries raise what comes
        raise WeightsInvalid(f"{file} is not a tokenizer file: {error}") from error


def _from_file(file: Path) -> Tokenizer:
    return Tokenizer.from_file(str(file))


def _from_vocabulary(folder: Path) -> Tokenizer:
    """As transformers' Qwen2Tokenizer makes it, with the tokens that the folder's settings add."""
    merges = models.BPE.read_file(str(folder / VOCABULARY), str(folder / MERGES))
    tokenizer = Tokenizer(models.BPE(*merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = qwen2_pre_tokenizer()
    tokenizer.decoder = decoders.ByteLevel()
    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    added = sorted(settings.get("added_tokens_decoder", {}).items(), key=lambda one: int(one[0]))
    for _, token in added:
        one = AddedToken(token["content"], special=token["special"], normalized=False)
        (tokenizer.add_special_tokens if one.special else tokenizer.add_tokens)([one])
    return tokenizer
