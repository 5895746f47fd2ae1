"""Which special tokens a base was trained with."""

import pytest

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.fim_marks import FimMarks

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
