"""What a candidate lets through between the model's logits and a sampler."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import AddedToken

from unmask_model.decoding.samplers import SAMPLERS
from unmask_model.engine.engine import Engine
from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.families.denoiser import Pass
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason
from unmask_model.tokens.vocabulary import Vocabulary

Ask = Callable[[Engine, InfillRequest], InfillResult]
VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n")


class GuessesLineEnds(Scripted):
    """Whatever follows a place, its guess is that the line ends."""

    def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        tables = super().logits(passes)
        (line_end,) = self.vocabulary.encode("\n")
        for one, table in zip(passes, tables, strict=True):
            table[len(one.places) :, line_end] = 99.0
        return tables


def test_a_line_end_that_was_only_guessed_ends_no_answer(script: Script, ask: Ask) -> None:
    request = replace(VALUE, sampler="verify", max_lines=1)
    result = ask(Engine(GuessesLineEnds(script)), request)
    assert result.text == "x + 1"
    assert result.stop_reason is StopReason.END


class WouldRatherPad(Scripted):
    """The surest ids are a special token, and columns behind the vocabulary."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        tokenizer = byte_tokenizer()
        tokenizer.add_tokens([AddedToken("<|fim_pad|>", normalized=False)])
        self.vocabulary = Vocabulary(tokenizer, END)

    def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        tables = super().logits(passes)
        for table in tables:
            table[:, self.vocabulary.special("<|fim_pad|>")] = 99.0
        return [np.pad(table, ((0, 0), (0, 3)), constant_values=99.0) for table in tables]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_ids_that_stand_for_no_text_are_never_proposed(
    script: Script, ask: Ask, sampler: str
) -> None:
    result = ask(Engine(WouldRatherPad(script)), replace(VALUE, sampler=sampler))
    assert result.text == "x + 1"
    assert result.stop_reason is StopReason.END


def test_what_is_typed_of_a_special_token_is_not_finished_as_one(script: Script, ask: Ask) -> None:
    result = ask(Engine(WouldRatherPad(script)), InfillRequest(left="x = <|", right=""))
    assert "fim_pad" not in result.text
