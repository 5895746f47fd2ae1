"""Which special tokens a base was trained with."""

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.fim_marks import FimMarks, fim_ids, own_fim_ids
from unmask_model.tokens.vocabulary import Vocabulary

QWEN = {f"<|{name}|>" for name in ("fim_prefix", "fim_suffix", "fim_middle", "fim_pad")}
STARCODER = {f"<{name}>" for name in ("fim_prefix", "fim_suffix", "fim_middle", "fim_pad")}
DEEPSEEK = {
    f"<\uff5c{name}\uff5c>"
    for name in ("fim\u2581begin", "fim\u2581hole", "fim\u2581end", "end\u2581of\u2581sentence")
}


@pytest.mark.parametrize(
    ("tokens", "middle", "end"),
    [
        (QWEN | {"<|endoftext|>"}, "<|fim_middle|>", "<|endoftext|>"),
        (STARCODER | {"<|endoftext|>"}, "<fim_middle>", "<|endoftext|>"),
        (DEEPSEEK, "<\uff5cfim\u2581end\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>"),
    ],
    ids=["Qwen2.5-Coder", "StarCoder", "DeepSeek-Coder"],
)
def test_each_publishers_tokens_are_found(tokens: set[str], middle: str, end: str) -> None:
    marks = FimMarks.among(tokens.__contains__)
    assert (marks.middle, marks.end) == (middle, end)
    assert set(marks.texts) == tokens


@pytest.mark.parametrize("end", ["<|endoftext|>", "<|end_of_text|>", "</s>"])
def test_a_base_without_such_tokens_gets_its_end_of_text_in_their_places(end: str) -> None:
    assert set(FimMarks.among({end, "<file_sep>"}.__contains__).texts) == {end}


def test_a_tokenizer_without_an_end_of_text_is_refused() -> None:
    with pytest.raises(WeightsInvalid, match="no end of text"):
        FimMarks.among({"hello"}.__contains__)


@pytest.mark.parametrize(
    "tokens", [QWEN, STARCODER, DEEPSEEK], ids=["Qwen", "StarCoder", "DeepSeek"]
)
def test_the_marks_of_a_prompt_are_found_without_an_end_of_text(tokens: set[str]) -> None:
    ids = {token: number for number, token in enumerate(sorted(tokens))}
    vocabulary = Vocabulary(Tokenizer(WordLevel(ids, unk_token=min(tokens))), min(tokens))
    assert len(set(own_fim_ids(vocabulary))) == 3


def test_a_tokenizer_without_fim_tokens_has_no_marks_of_its_own() -> None:
    vocabulary = Vocabulary(Tokenizer(WordLevel({"</s>": 0}, unk_token="</s>")), "</s>")
    assert own_fim_ids(vocabulary) == ()
    assert fim_ids(vocabulary) == (0, 0, 0)
