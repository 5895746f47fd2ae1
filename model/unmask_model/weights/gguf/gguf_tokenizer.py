"""From the vocabulary inside a GGUF file to a `tokenizer.json`.

Byte-level BPE only, with the pre-tokenizers of the families Unmask runs. Deliberately without the
publisher's NFC normaliser: an editor's text must come back byte for byte (llama.cpp has none
either).
"""

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.gguf.gguf_file import GgufFile

CONTROL, USER_DEFINED, UNUSED = 3, 4, 5
"""Values of `tokenizer.ggml.token_type` (gguf.TokenType)."""

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"

QWEN2 = (
    _CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

SPLITS = {"qwen2": (QWEN2,), "gpt-2": (GPT2,), "smollm": (r"\p{N}", GPT2)}
"""Regular expressions a text is cut by before merging, by `tokenizer.ggml.pre`."""


def build_tokenizer(file: GgufFile) -> Tokenizer:
    """The tokenizer of the model in `file`; WeightsInvalid if it is of another kind."""
    if file.require("tokenizer.ggml.model") != "gpt2":
        raise WeightsInvalid(f"{file.path} has no byte-level BPE vocabulary; use another base")
    tokens = file.require("tokenizer.ggml.tokens")
    types = file.require("tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ", 1)) for merge in file.require("tokenizer.ggml.merges")]
    # Unused ids only pad the embedding matrix; naming them would let text reach them.
    vocab = {
        token: i
        for i, (token, kind) in enumerate(zip(tokens, types, strict=True))
        if kind != UNUSED
    }
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = _pre_tokenizer(file)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(_added(tokens, types, CONTROL))
    tokenizer.add_tokens(_added(tokens, types, USER_DEFINED))
    return tokenizer


def _pre_tokenizer(file: GgufFile) -> pre_tokenizers.PreTokenizer:
    name = file.require("tokenizer.ggml.pre")
    if name not in SPLITS:
        raise WeightsInvalid(
            f"{file.path} cuts text by the rules of `{name}`; known are {', '.join(SPLITS)}"
        )
    return _cut(*SPLITS[name])


def qwen2_pre_tokenizer() -> pre_tokenizers.PreTokenizer:
    """The rules by which Qwen2's tokenizer cuts text before merging."""
    return _cut(QWEN2)


def _cut(*expressions: str) -> pre_tokenizers.PreTokenizer:
    cuts = [pre_tokenizers.Split(Regex(one), "isolated") for one in expressions]
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([*cuts, byte_level])


def _added(tokens: list[str], types: list[int], kind: int) -> list[AddedToken]:
    special = kind == CONTROL
    return [
        AddedToken(token, special=special, normalized=False)
        for token, its_kind in zip(tokens, types, strict=True)
        if its_kind == kind
    ]
