"""Texts that end an answer: cut there, as if it had been written from left to right."""

from unmask_model.protocol.errors import RequestInvalid

MOST = 64
"""Most stop texts of a request."""


def stop_texts(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the stop texts of a request; raise RequestInvalid where they are too many."""
    texts = (given,) if isinstance(given, str) else given or ()
    if len(texts) > MOST:
        raise RequestInvalid(f"stop has {len(texts)} texts; at most {MOST} are taken")
    return tuple(text for text in texts if text)


def cut(text: str, stops: tuple[str, ...]) -> tuple[str, str]:
    """Return `text` before the stop that is complete first, and that stop, or "" if none is."""
    found = [(text.find(stop), stop) for stop in stops]
    complete = [(start + len(stop), start, stop) for start, stop in found if start >= 0]
    if not complete:
        return text, ""
    _, start, stop = min(complete)
    return text[:start], stop


def certain(text: str, stops: tuple[str, ...]) -> str:
    """Return what stays of the start of an answer, whatever comes: no tail that begins a stop."""
    kept, stop = cut(text, stops)
    if stop:
        return kept
    return text[: len(text) - max((_begun(text, stop) for stop in stops), default=0)]


def _begun(text: str, stop: str) -> int:
    """Count the characters of `stop` that `text` ends with."""
    longest = min(len(stop) - 1, len(text))
    return next((k for k in range(longest, 0, -1) if text.endswith(stop[:k])), 0)
