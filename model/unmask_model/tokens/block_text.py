"""From a block's ids to the text an answer shows, and where each token of it stands."""

from collections.abc import Sequence

from unmask_model.protocol.request import Confidence, Span
from unmask_model.tokens.vocabulary import Vocabulary


def shown(text: str, typed: str, max_lines: int) -> str:
    """Return what of a block's text is the answer: without what was typed, with its lines only.

    A text that does not start with what was typed is no answer at all. Bytes at its end that are
    no whole character (a block may be full in the middle of one) are not shown.
    """
    if not text.startswith(typed):
        return ""
    text = text[len(typed) :].rstrip("\ufffd")
    if not max_lines or text.count("\n") < max_lines:
        return text
    return "\n".join(text.split("\n")[:max_lines]).removesuffix("\r")


def finished(text: str) -> str:
    """Return the start of a text that further ids do not change: its last character may be half."""
    return text.rstrip("\r\ufffd")


def token_spans(ids: Sequence[int], vocabulary: Vocabulary) -> list[Span]:
    """Return the characters each id stands for; bytes of one character go to its last id."""
    spans: list[Span] = []
    end, waiting = 0, []
    for i in ids:
        waiting.append(i)
        text = vocabulary.decode(waiting)
        start = end
        if not text.endswith("\ufffd"):
            end += len(text)
            waiting = []
        spans.append(Span(start=start, end=end))
    return spans


def confidences(
    spans: Sequence[Span], probabilities: Sequence[float], typed: str, text: str
) -> tuple[Confidence, ...]:
    """Return how sure the model was of each token of which something is shown."""
    found = []
    for span, probability in zip(spans, probabilities, strict=True):
        start = max(span.start - len(typed), 0)
        end = min(span.end - len(typed), len(text))
        if start < end:
            found.append(Confidence(span=Span(start=start, end=end), probability=probability))
    return tuple(found)
