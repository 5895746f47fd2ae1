"""The model without weights."""

from pathlib import Path

import pytest

from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.families.open_model import open_model
from unmask_model.families.scripted.script import Rule, Script
from unmask_model.protocol.errors import ModelNotFound, WeightsInvalid
from unmask_model.tokens.vocabulary import Vocabulary


@pytest.mark.parametrize(
    "text", ["", "def f():\n    return 1\n", "größe 🌍\t\r\n", "<|end|>", "\0"]
)
def test_every_text_is_spelled_and_read_back(text: str) -> None:
    vocabulary = Vocabulary(byte_tokenizer(), END)
    ids = vocabulary.encode(text)
    assert vocabulary.decode(ids) == text
    assert vocabulary.end not in ids


def test_words_are_tokens_with_and_without_a_space_before_them() -> None:
    vocabulary = Vocabulary(byte_tokenizer(["word"]), END)
    assert len(vocabulary.encode("word")) == len(vocabulary.encode(" word")) == 1


def test_the_rule_that_asks_for_most_wins_then_the_earlier_one() -> None:
    script = Script(
        rules=(
            Rule(answer="any"),
            Rule(left_ends_with="x = (", answer="first"),
            Rule(left_ends_with="x = (", answer="second"),
            Rule(left_ends_with="max = (", answer="longer"),
        )
    )
    assert script.blocks("x = (", "") == ["first", "second", "any"]
    assert script.blocks("max = (", "")[0] == "longer"


def test_a_rule_may_ask_for_what_follows() -> None:
    script = Script(rules=(Rule(left_ends_with="f(", right_starts_with=")", answer="x"),))
    assert script.blocks("f(", ")") == ["x"]
    assert script.blocks("f(", "\n") == []


def test_a_rule_that_begins_inside_the_word_it_ends_in_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin before"):
        Rule(left_ends_with="retu", answer="rn")


@pytest.mark.parametrize(
    "raw", ["", "[]", '{"rules": [{}]}', '{"rules": [{"left_ends_with": "a"}]}']
)
def test_a_file_that_is_no_script_is_said_in_one_line(tmp_path: Path, raw: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(raw)
    with pytest.raises(WeightsInvalid, match=r"script\.json is not a script") as error:
        Script.open(path)
    assert "\n" not in str(error.value)


def test_the_environment_names_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "script.json"
    path.write_text('{"default": "hello", "block": 12}')
    monkeypatch.setenv("UNMASK_SCRIPT", str(path))
    opened = open_model("scripted")
    assert (opened.name, opened.sampler, opened.denoiser.block) == ("scripted", "confidence", 12)


@pytest.mark.parametrize("name", ["huge", "/absent/model.gguf"])
def test_a_model_that_is_not_there_is_said(name: str) -> None:
    with pytest.raises(ModelNotFound, match=name):
        open_model(name)
