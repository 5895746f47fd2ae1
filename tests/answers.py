"""Answers of an engine as tests write them: tokens, and how sure the model was of each."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from unmask_model.protocol.request import (
    Confidence,
    InfillRequest,
    InfillResult,
    Span,
    StopReason,
)


def answer(*tokens: tuple[str, float], ms: float = 100, kept: int = 0) -> InfillResult:
    """An answer of tokens and how sure each was; the first `kept` came from a rewrite."""
    ends = list(accumulate((len(text) for text, _ in tokens), initial=0))
    sure = [1.0 if k < kept else probability for k, (_, probability) in enumerate(tokens)]
    spans = [Span(start=start, end=end) for start, end in pairwise(ends)]
    return InfillResult(
        text="".join(text for text, _ in tokens),
        stop_reason=StopReason.END,
        steps=2,
        forwards=3,
        ms={"denoise": ms, "total": ms},
        confidence=tuple(
            Confidence(span=span, probability=each) for span, each in zip(spans, sure, strict=True)
        ),
    )


class Answers:
    """A filler that gives one answer after the other, and fails when there is none left."""

    def __init__(self, answers: Sequence[InfillResult]) -> None:
        self.answers = list(answers)
        self.requests: list[InfillRequest] = []

    async def fill(self, request: InfillRequest) -> InfillResult:
        self.requests.append(request)
        return self.answers.pop(0)
