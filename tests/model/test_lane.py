"""What a lane lets through between the model's logits and a sampler."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from torch import Tensor

from unmask_model.canvas import Canvas
from unmask_model.denoiser import Pass
from unmask_model.denoisers.script import Script
from unmask_model.denoisers.scripted import Scripted
from unmask_model.engine import Engine
from unmask_model.request import InfillRequest, InfillResult, StopReason

Ask = Callable[[Engine, InfillRequest], InfillResult]
VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n")


class GuessesLineEnds(Scripted):
    """Whatever follows a place, its guess is that the line ends."""

    def logits(self, passes: Sequence[Pass]) -> list[Tensor]:
        tables = super().logits([replace(one, canvas=_undrafted(one)) for one in passes])
        (line_end,) = self.vocabulary.encode("\n")
        for one, table in zip(passes, tables, strict=True):
            table[len(one.places) :, line_end] = 99.0
        return tables


def _undrafted(one: Pass) -> Canvas:
    canvas = one.canvas.copy()
    canvas.remask(one.places)
    return canvas


def test_a_line_end_that_was_only_guessed_ends_no_answer(script: Script, ask: Ask) -> None:
    request = replace(VALUE, sampler="verify", max_lines=1)
    result = ask(Engine(GuessesLineEnds(script)), request)
    assert result.text == "x + 1"
    assert result.stop_reason is StopReason.END
