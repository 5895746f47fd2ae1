"""Typing through: the suggestions of late, and what is left of one while it is being typed.

A suggestion holds as long as the text the model saw is as it was, the text that was typed since is
how the suggestion begins, and right of the cursor stands nothing new but brackets and quotes that
an editor closes by itself. Pure text; nothing here asks an engine.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from unmask_lsp.context.window import around
from unmask_lsp.suggest.suggestion import Suggestion, choice
from unmask_lsp.text.documents import Snapshot

REMEMBERED = 8
"""Suggestions kept of a document."""
DOCUMENTS = 64
"""Documents of which suggestions are kept."""
AUTO_CLOSED = ")]}>\"'` \t\r\n"
"""What editors put right of the cursor by themselves, white space of the lines they open too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A suggestion with the text around it, from both ends of its document."""

    text: str
    """The whole suggestion."""
    start: int
    """Characters of the document before it."""
    below: int
    """Characters of the document after it."""
    left: str
    """What the model saw that ends where the suggestion starts."""
    right: str
    """What the model saw that starts where the suggestion ends."""
    replaced: str
    """What the suggestion takes the place of."""


class Shown:
    """What was shown of late, by document."""

    def __init__(self) -> None:
        self._by_uri: dict[str, deque[_Shown]] = {}

    def keep(self, snapshot: Snapshot, suggestion: Suggestion) -> None:
        """Remember a suggestion for a snapshot, and those it may be exchanged for."""
        for one in reversed((suggestion, *suggestion.others)):
            self._keep(snapshot, one)

    def _keep(self, snapshot: Snapshot, suggestion: Suggestion) -> None:
        left, right = around(snapshot.text, snapshot.cursor)
        seen_left, seen_right = snapshot.cursor - len(left), snapshot.cursor + len(right)
        shown = _Shown(
            text=suggestion.text,
            start=suggestion.start,
            below=len(snapshot.text) - suggestion.end,
            left=snapshot.text[seen_left : suggestion.start],
            right=snapshot.text[suggestion.end : seen_right],
            replaced=snapshot.text[suggestion.start : suggestion.end],
        )
        self._by_uri.setdefault(snapshot.uri, deque(maxlen=REMEMBERED)).appendleft(shown)
        while len(self._by_uri) > DOCUMENTS:
            del self._by_uri[next(iter(self._by_uri))]

    def rest(self, snapshot: Snapshot) -> Suggestion | None:
        """What is left of a suggestion at the cursor; None if none holds or all of it is typed."""
        return next(self._rests(snapshot), None)

    def choice(self, snapshot: Snapshot) -> Suggestion | None:
        """What is left of several suggestions at the cursor; None if there are no two."""
        found = choice(self._rests(snapshot))
        return found if found and found.others else None

    def _rests(self, snapshot: Snapshot) -> Iterator[Suggestion]:
        for shown in self._by_uri.get(snapshot.uri, ()):
            if rest := _rest(shown, snapshot):
                yield rest

    def outdated(self, snapshot: Snapshot) -> str:
        """What was left of a suggestion here before the text on its right changed; else empty."""
        rests = (_typed_off(shown, snapshot) for shown in self._by_uri.get(snapshot.uri, ()))
        return next((rest for rest in rests if rest.strip()), "")

    def accepted(self, snapshot: Snapshot, end: int) -> tuple[int, int] | None:
        """Where the suggestion stands in the text that [the cursor, `end`) is a part of."""
        for shown in self._by_uri.get(snapshot.uri, ()):
            last = shown.start + len(shown.text)
            is_there = snapshot.text.startswith(shown.text, shown.start)
            if is_there and shown.start <= snapshot.cursor <= end <= last:
                return shown.start, last
        return None

    def forget(self, uri: str) -> None:
        """Forget the suggestions of a document."""
        self._by_uri.pop(uri, None)


def _typed_off(shown: _Shown, snapshot: Snapshot) -> str:
    """What of a suggestion is not typed yet; empty if the text on its left is another."""
    typed = snapshot.text[shown.start : snapshot.cursor]
    is_there = shown.start <= snapshot.cursor and not shown.replaced
    if not is_there or not snapshot.text.endswith(shown.left, 0, shown.start):
        return ""
    return shown.text[len(typed) :] if shown.text.startswith(typed) else ""


def _rest(shown: _Shown, snapshot: Snapshot) -> Suggestion | None:
    text, cursor = snapshot.text, snapshot.cursor
    end = len(text) - shown.below
    is_around = (
        shown.start <= cursor <= end
        and text.endswith(shown.left, 0, shown.start)
        and text.startswith(shown.right, end)
    )
    typed, ahead = text[shown.start : cursor], text[cursor:end]
    if not is_around or not shown.text.startswith(typed):
        return None
    rest = shown.text[len(typed) :]
    if shown.replaced.endswith(ahead):
        return _at(cursor, rest, end) if rest != ahead else None
    if not shown.replaced and not ahead.strip(AUTO_CLOSED):
        return _before(ahead, rest, cursor)
    return None


def _before(closers: str, rest: str, cursor: int) -> Suggestion | None:
    """Stop before the closers if the suggestion ends with them, else replace them."""
    if rest.endswith(closers):
        return _at(cursor, rest.removesuffix(closers), cursor)
    is_one_line = "\n" not in closers and "\r" not in closers
    within = is_one_line and _is_subsequence(closers, rest)
    return _at(cursor, rest, cursor + len(closers)) if within else None


def _at(start: int, text: str, end: int) -> Suggestion | None:
    return Suggestion(text=text, start=start, end=end) if text.strip() else None


def _is_subsequence(part: str, text: str) -> bool:
    """Whether a text has all characters of another, in order."""
    characters = iter(text)
    return all(character in characters for character in part)
