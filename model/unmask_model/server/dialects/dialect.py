"""The seam of dialects: what an endpoint may ask of any of them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from unmask_model.protocol.request import InfillRequest
from unmask_model.server.dialects.filled import Filled

Json = dict[str, Any]
"""An object of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is the same in every part of an answer."""

    id: str
    """Id of the answer, new for each."""
    created: int
    """Seconds since 1970."""
    model: str
    """Name of the model that answers, whatever model was asked for."""


class Dialect(Protocol):
    """The body of a client's request."""

    closing: ClassVar[bytes]
    """What ends a stream, after the last part."""

    @property
    def streamed(self) -> bool:
        """Whether the answer is wanted in parts."""

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts at which the answer is cut."""

    def request(self) -> InfillRequest | None:
        """Return what the engine is asked; None where no text is wanted."""

    def part(self, text: str, head: Head) -> Json:
        """Return one part of a streamed answer."""

    def last_parts(self, rest: str, filled: Filled, head: Head) -> list[Json]:
        """Return the end of a streamed answer, with the rest of its text."""

    def whole(self, filled: Filled, head: Head) -> Json:
        """Return an answer that is not streamed."""
