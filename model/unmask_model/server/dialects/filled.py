"""An engine's answer as clients count it: choices that are cut at their stops, and tokens."""

from dataclasses import dataclass
from typing import Literal

from unmask_model.protocol.request import InfillResult, StopReason
from unmask_model.server.dialects.stops import cut

SHORT = {StopReason.LENGTH, StopReason.BUDGET}
"""Stop reasons of answers that might have gone on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One text a client can choose."""

    text: str
    """The block before its stop."""
    finish: Literal["stop", "length"]
    """Whether it is whole, or ended by a limit."""
    stop: str = ""
    """The stop it was cut at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """An answer."""

    choices: tuple[Choice, ...]
    """At least one, best first; candidates that turned out the same are one."""
    result: InfillResult
    """What the engine answered."""

    @classmethod
    def of(cls, result: InfillResult, stops: tuple[str, ...]) -> "Filled":
        """Return a result as clients count it."""
        short = result.stop_reason in SHORT
        texts = (result.text, *result.alternatives)
        choices = dict.fromkeys(_choice(text, stops, short=short) for text in texts)
        return cls(choices=tuple(choices), result=result)

    @property
    def best(self) -> Choice:
        """The first choice."""
        return self.choices[0]

    @property
    def prompt_tokens(self) -> int:
        """Tokens of context that were read, now or before."""
        return self.result.plan.context_tokens if self.result.plan else 0

    @property
    def tokens(self) -> int:
        """Tokens of the first choice."""
        end = len(self.best.text)
        return sum(1 for each in self.result.confidence if each.span.start < end)


def _choice(text: str, stops: tuple[str, ...], *, short: bool) -> Choice:
    kept, stop = cut(text, stops)
    return Choice(text=kept, stop=stop, finish="length" if short and not stop else "stop")
