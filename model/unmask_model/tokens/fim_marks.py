"""The special tokens a base was trained with around a hole, found by what its tokenizer has.

Sources: Qwen2.5-Coder (arXiv 2409.12186, table 1), StarCoder (arXiv 2305.06161; Granite code took
its names over), DeepSeek-Coder (arXiv 2401.14196, 3.1.2). A base without such tokens gets its end
of text in their places: it has learned that two texts meet there, and an adapter learns the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.weights.tokenizer_files import read_tokenizer

ENDS = ("<|endoftext|>", "<|end_of_text|>", "</s>")


@dataclass(frozen=True, slots=True, kw_only=True)
class FimMarks:
    """One publisher's special tokens around a hole, as texts."""

    before: str
    """Before everything; behind it the left side would stand."""
    between: str
    """Before the right side."""
    middle: str
    """Before what belongs into the hole."""
    end: str
    """Behind what belongs into the hole: END."""
    nothing: str
    """What the base has learned to expect nothing of, its padding: masked places start as this."""

    @classmethod
    def among(cls, has: Callable[[str], bool]) -> "FimMarks":
        """Return those a tokenizer has; raise WeightsInvalid where it has no end of text at all."""
        alone = (cls(before=end, between=end, middle=end, end=end, nothing=end) for end in ENDS)
        for marks in (*PUBLISHED, *alone):
            if all(map(has, marks.texts)):
                return marks
        raise WeightsInvalid(
            f"the tokenizer has no end of text ({', '.join(ENDS)}); use the model's own tokenizer"
        )

    @property
    def around(self) -> tuple[str, str, str]:
        """Those of a prompt, in the order they stand in."""
        return self.before, self.between, self.middle

    @property
    def texts(self) -> tuple[str, ...]:
        """Those around a hole, END and padding."""
        return *self.around, self.end, self.nothing


PUBLISHED = (
    FimMarks(
        before="<|fim_prefix|>",
        between="<|fim_suffix|>",
        middle="<|fim_middle|>",
        end="<|endoftext|>",
        nothing="<|fim_pad|>",
    ),
    FimMarks(
        before="<fim_prefix>",
        between="<fim_suffix>",
        middle="<fim_middle>",
        end="<|endoftext|>",
        nothing="<fim_pad>",
    ),
    FimMarks(  # DeepSeek writes wide bars, and low lines as tokenizers write spaces
        before="<\uff5cfim\u2581begin\uff5c>",
        between="<\uff5cfim\u2581hole\uff5c>",
        middle="<\uff5cfim\u2581end\uff5c>",
        end="<\uff5cend\u2581of\u2581sentence\uff5c>",
        nothing="<\uff5cend\u2581of\u2581sentence\uff5c>",
    ),
)
"""Those of Qwen2.5-Coder (and CodeGemma), of StarCoder, and of DeepSeek-Coder."""


def fim_ids(vocabulary: Vocabulary) -> tuple[int, int, int]:
    """Return the ids that stand before everything, before the right side, and before the hole."""
    before, between, middle = map(vocabulary.special, FimMarks.among(vocabulary.knows).around)
    return before, between, middle


def own_fim_ids(vocabulary: Vocabulary) -> tuple[int, ...]:
    """Return the same of a tokenizer that has such tokens, with or without an END; else none."""
    for marks in PUBLISHED:
        if all(map(vocabulary.knows, marks.around)):
            return tuple(map(vocabulary.special, marks.around))
    return ()


def open_vocabulary(tokenizer: Path) -> Vocabulary:
    """Read a base's tokenizer; raise WeightsInvalid where it is none, or has no end of text."""
    read = read_tokenizer(tokenizer)
    marks = FimMarks.among(lambda text: read.token_to_id(text) is not None)
    return Vocabulary(read, marks.end)
