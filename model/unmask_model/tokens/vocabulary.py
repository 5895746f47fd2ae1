"""Text to token ids and back, for one model.

Special tokens are named, never numbered: ids are read from the tokenizer. What a user typed is
always ordinary text, even where it spells a special token.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.pre_tokenizers import ByteLevel

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.tokenizer_files import read_tokenizer

# Some publishers' files do not call all of these special (Qwen's leaves out its FIM tokens).
_MARKER = re.compile(r"<\|.+\|>")
# What Qwen2.5-Coder's training puts before each file of a repository (arXiv 2409.12186, 3.1.2).
_FILE = "<|file_sep|>"


class Vocabulary:
    """A tokenizer with the few special ids that infilling needs."""

    def __init__(self, tokenizer: Tokenizer, end: str) -> None:
        tokenizer.encode_special_tokens = True
        added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
        marks = [AddedToken(text, normalized=False) for text in added if _MARKER.fullmatch(text)]
        tokenizer.add_special_tokens(marks)
        self._tokenizer = tokenizer
        self.end = self.special(end)

    @classmethod
    def open(cls, file: Path, end: str) -> "Vocabulary":
        """Read a tokenizer's file; raise WeightsInvalid where it is not one."""
        return cls(read_tokenizer(file), end)

    def special(self, text: str) -> int:
        """Return the id of a special token; raise WeightsInvalid where there is none."""
        found = self._tokenizer.token_to_id(text)
        if found is None:
            raise WeightsInvalid(f"the tokenizer has no {text!r}; use the model's own tokenizer")
        return int(found)

    def knows(self, text: str) -> bool:
        """Return whether there is a token of that text."""
        return self._tokenizer.token_to_id(text) is not None

    @cached_property
    def markers(self) -> frozenset[int]:
        """Ids of the special tokens, END among them: they stand for no text."""
        added = self._tokenizer.get_added_tokens_decoder()
        return frozenset(i for i, token in added.items() if token.special)

    @cached_property
    def file_mark(self) -> tuple[int, ...]:
        """What a model expects before the path of each further file; empty if it expects none."""
        found = self._tokenizer.token_to_id(_FILE)
        return () if found is None else (int(found),)

    def encode(self, text: str) -> list[int]:
        """Return the ids of ordinary text."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_with_offsets(self, text: str) -> tuple[list[int], list[int]]:
        """Return the ids of ordinary text and the character each of them begins at."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return list(encoding.ids), [begin for begin, _ in encoding.offsets]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids; bytes that are not UTF-8 become U+FFFD."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    @property
    def byte_ids(self) -> list[int]:
        """Ids of the single bytes of a byte-level tokenizer: with them, any text can be spelled."""
        found = (self._tokenizer.token_to_id(one) for one in ByteLevel.alphabet())
        return [id_ for id_ in found if id_ is not None]

    @property
    def size(self) -> int:
        """Ids the tokenizer knows."""
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The text of every id on its own."""
        return tuple(self._tokenizer.decode_batch([[i] for i in range(self.size)], False))
