"""The engine when a read or a pass fails: what goes on, and what is read anew."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from unmask_model.engine.engine import Engine
from unmask_model.families.denoiser import Context, Pass, Prompt
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import EngineClosed
from unmask_model.protocol.request import InfillRequest, InfillResult

Ask = Callable[[Engine, InfillRequest], InfillResult]
VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n")
LONG = InfillRequest(left="long = [", right="\n")
LIST = "\n    1,\n    2,\n    3,\n    4,\n    5,\n    6,\n    7,\n    8,\n]"


class BreaksOnce(Scripted):
    """The first read of a context fails in the middle, as where memory is short."""

    broken = False

    def prefill(self, prompt: Prompt, reuse: Context | None) -> Generator[int, None, Context]:
        whole = super().prefill(prompt, reuse)
        if not self.broken:
            yield next(whole)
            self.broken = True
            raise MemoryError
        return (yield from whole)


def test_a_read_that_broke_is_begun_anew(script: Script, ask: Ask) -> None:
    engine = Engine(BreaksOnce(script))
    request = replace(VALUE, document="a")
    engine.submit(request, lambda event: None)
    with pytest.raises(MemoryError):
        engine.step()
    engine.recover(EngineClosed("the engine failed"))
    assert not engine.step()
    assert ask(engine, request).text == "x + 1"


class Choking(Scripted):
    """A pass fails that holds a canvas of a certain length, as one input may break a model."""

    poison = 7

    def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        if any(len(one.canvas) == self.poison for one in passes):
            raise MemoryError
        return super().logits(passes)


@pytest.mark.fault(
    "a pass fails",
    "that request ends; those that shared the pass go on",
)
def test_a_failing_pass_ends_only_the_request_that_cannot_go_on(script: Script) -> None:
    engine = Engine(Choking(script))
    told: dict[str, list[object]] = {"good": [], "bad": [], "other": []}
    for name, events in told.items():
        tokens = Choking.poison if name == "bad" else LONG.max_tokens
        engine.submit(replace(LONG, document=name, max_tokens=tokens), events.append)
    failures = 0
    while engine.busy:
        try:
            engine.step()
        except MemoryError:
            failures += 1
            engine.recover(EngineClosed("the engine failed"))
    ends = {name: events[-1] for name, events in told.items()}
    assert isinstance(ends["bad"], EngineClosed)
    assert [end.text for end in ends.values() if isinstance(end, InfillResult)] == [LIST] * 2
    assert failures == 2, "once together, once alone"


def test_a_failure_between_requests_forgets_what_was_read(engine: Engine, ask: Ask) -> None:
    ask(engine, replace(VALUE, document="a"))
    engine.recover(EngineClosed("an idle read failed"))
    again = ask(engine, replace(VALUE, document="a"))
    assert again.plan is not None
    assert again.plan.cached_tokens == 0
