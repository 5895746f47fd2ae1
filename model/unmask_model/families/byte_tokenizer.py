"""A byte-level tokenizer made of code: every byte, some whole words, and one special token."""

from collections.abc import Sequence

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

END = "<|end|>"
"""The special token that closes a hole."""
WORDS = ("return", "self", "def", "print", "import", "pass", "value", "None")
"""Words that are tokens, with and without a space before them."""


def byte_tokenizer(words: Sequence[str] = WORDS) -> Tokenizer:
    """Return a tokenizer that knows the 256 bytes, `words` and END."""
    merges = [("Ġ", "Ġ"), ("ĠĠ", "ĠĠ"), ("ĠĠ", "Ġ")]  # byte-level alphabets write a space as Ġ
    for spelled in [*("Ġ" + word for word in words), *words]:
        merges += [(spelled[:k], spelled[k]) for k in range(1, len(spelled))]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = list(dict.fromkeys(merges))
    tokens = dict.fromkeys(alphabet + [first + second for first, second in merges])
    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(END, special=True)])
    return tokenizer
