"""A row's hole filled by a variant, and what that cost.

Greedy, no deadline, no oracle length. A hole that is one line gets the first line that is not
blank: where the model breaks the line first, it is asked again with a line more, and pays for
both requests. Any other hole gets the whole block.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from product import InProcess, inserted
from rows import Row
from variants import Variant

from unmask_model.engine.engine import Engine
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason

Answer = Callable[[InfillRequest], Awaitable[InfillResult]]

LINES = 4
"""Most lines asked for until one is not blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What was put into a hole."""

    text: str
    """The completion as it is scored."""
    stop_reason: str
    """Why it ends there."""
    tokens: int
    """Tokens of the answer."""
    forwards: int
    """Passes of the model after the context was read."""
    ms: dict[str, float]
    """Milliseconds by stage."""


async def complete(engine: Engine, row: Row, variant: Variant, max_tokens: int) -> Completion:
    """Fill the hole of a row; the variants of a row share no context."""
    request = InfillRequest(
        left=row.left,
        right=row.right,
        max_tokens=max_tokens,
        sampler=variant.sampler,
        document=f"{row.task} {variant.name}",
    )
    asked = InProcess(engine)
    answer = partial(inserted, asked) if variant.inserted else asked.fill
    return await (_line(answer, request) if row.single_line else _block(answer, request))


async def _block(answer: Answer, request: InfillRequest) -> Completion:
    result = await answer(request)
    return _completion(result.text, [result])


async def _line(answer: Answer, request: InfillRequest) -> Completion:
    results: list[InfillResult] = []
    for lines in range(1, LINES + 1):
        results.append(await answer(replace(request, max_lines=lines)))
        if results[-1].text.strip() or results[-1].stop_reason is not StopReason.LINES:
            break
    filled = (line for line in results[-1].text.split("\n") if line.strip())
    return _completion("".join(f"{line}\n" for line in [*filled][:1]), results)


def _completion(text: str, results: list[InfillResult]) -> Completion:
    last = results[-1]
    return Completion(
        text=text,
        stop_reason=last.stop_reason.value,
        tokens=last.tokens,
        forwards=sum(result.forwards for result in results),
        ms={stage: sum(result.ms[stage] for result in results) for stage in last.ms},
    )
