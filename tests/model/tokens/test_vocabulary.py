"""Text to ids and back."""

import pytest
from tokenizers import AddedToken

from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.tokens.vocabulary import Vocabulary


@pytest.mark.parametrize("special", [True, False])
def test_text_that_spells_a_special_token_is_ordinary_text(special: bool) -> None:
    """Qwen's own tokenizer.json does not call its FIM tokens special."""
    tokenizer = byte_tokenizer()
    tokenizer.add_tokens([AddedToken("<|fim_pad|>", special=special, normalized=False)])
    vocabulary = Vocabulary(tokenizer, END)
    text = f"a <|fim_pad|> {END}"
    ids = vocabulary.encode(text)
    assert vocabulary.decode(ids) == text
    assert not vocabulary.markers & set(ids)
    assert vocabulary.markers == {vocabulary.end, vocabulary.special("<|fim_pad|>")}


def test_words_that_a_publisher_added_stay_words() -> None:
    tokenizer = byte_tokenizer()
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False)])
    vocabulary = Vocabulary(tokenizer, END)
    assert vocabulary.encode("<tool_call>") == [vocabulary.special("<tool_call>")]
    assert vocabulary.markers == {vocabulary.end}
