"""A tokenizer from a publisher's files: one `tokenizer.json`, or Qwen2's vocabulary and merges.

Dream and its descendants publish only the second, with a tokenizer in Python that we do not run:
its rules are Qwen2's, which transformers has.
"""

from pathlib import Path

from tokenizers import Tokenizer

from unmask_model.protocol.errors import WeightsInvalid

TOKENIZER = "tokenizer.json"
VOCABULARY = "vocab.json"
"""With `merges.txt` and `tokenizer_config.json` beside it."""


def read_tokenizer(file: Path) -> Tokenizer:
    """Return the tokenizer of a file; raise WeightsInvalid where it is not one."""
    try:
        return _from_vocabulary(file.parent) if file.name == VOCABULARY else _from_file(file)
    except Exception as error:  # both libraries raise what comes
        raise WeightsInvalid(f"{file} is not a tokenizer file: {error}") from error


def _from_file(file: Path) -> Tokenizer:
    return Tokenizer.from_file(str(file))


def _from_vocabulary(folder: Path) -> Tokenizer:
    from transformers import Qwen2TokenizerFast  # type: ignore[attr-defined]  # an alias in 5.x

    opened = Qwen2TokenizerFast.from_pretrained(folder, local_files_only=True)
    tokenizer: Tokenizer = opened.backend_tokenizer
    return tokenizer
