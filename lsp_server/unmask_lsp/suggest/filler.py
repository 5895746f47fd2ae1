"""What answers infill requests, as the text half sees it: an engine, or a stand-in in tests."""

from typing import Protocol

from unmask_model.protocol.request import InfillRequest, InfillResult


class Filler(Protocol):
    """Answers requests; EngineLink does, and so may a test."""

    async def fill(self, request: InfillRequest) -> InfillResult:
        """The answer; raises UnmaskError. Cancelling it frees the engine within a step."""
        ...
