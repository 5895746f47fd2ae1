"""Where the ids of special tokens are read from."""

import json
from pathlib import Path

import pytest
from tiny import tokenizer

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.special_tokens import SpecialTokens

TOKENIZER = tokenizer(("<|endoftext|>", "<|mask|>", "<|bos|>"))
MASK = TOKENIZER.token_to_id("<|mask|>")


def special(folder: Path, **files: dict[str, object]) -> SpecialTokens:
    for name, fields in files.items():
        (folder / f"{name}.json").write_text(json.dumps(fields))
    return SpecialTokens(folder, TOKENIZER)


def test_a_token_may_be_named_with_or_without_its_properties(tmp_path: Path) -> None:
    written = {"content": "<|endoftext|>", "special": True}
    found = special(tmp_path, tokenizer_config={"mask_token": written, "pad_token": "<|bos|>"})
    assert found.text("mask") == "<|endoftext|>"
    assert found.text("pad") == "<|bos|>"


def test_the_tokenizer_is_believed_before_a_configuration_that_was_inherited(
    tmp_path: Path,
) -> None:
    found = special(tmp_path, config={"bos_token_id": 0}, tokenizer_config={"bos_token": "<|bos|>"})
    assert found.text("bos") == "<|bos|>"


def test_ids_may_be_in_either_configuration_and_the_first_of_several_counts(
    tmp_path: Path,
) -> None:
    found = special(
        tmp_path, config={"mask_token_id": MASK}, generation_config={"eos_token_id": [MASK, 3]}
    )
    assert found.find("mask") == found.find("eos") == MASK


def test_a_token_that_is_spelled_like_its_role_is_found(tmp_path: Path) -> None:
    assert special(tmp_path).find("mask") == MASK
    assert special(tmp_path).find("expand") is None


def test_what_is_missing_is_named_with_the_files_that_were_looked_at(tmp_path: Path) -> None:
    with pytest.raises(WeightsInvalid, match=r"no expand token .*tokenizer_config\.json"):
        special(tmp_path).require("expand")


def test_an_id_that_the_tokenizer_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsInvalid, match="no mask token that its tokenizer has"):
        special(tmp_path, config={"mask_token_id": 99999}, tokenizer_config={}).require("mask")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(WeightsInvalid, match=r"config\.json"):
        SpecialTokens(tmp_path, TOKENIZER)
