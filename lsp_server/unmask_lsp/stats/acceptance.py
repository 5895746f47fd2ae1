"""What becomes of suggestions: shown, accepted in part or whole, still there half a minute later.

Knows an item by the id it was sent with. What a person types by hand is not accepted.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

from unmask_lsp.fill.edits import Candidate
from unmask_lsp.stats.stats_recorder import StatsRecorder
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot, line_start_of, with_newlines
from unmask_lsp.text.positions import Encoding

KEPT_AFTER_S = 30.0
"""Seconds after which an accepted suggestion is looked at again."""
REMEMBERED = 64
"""Items of which the client may still speak, and suggestions that are not counted twice."""


@dataclass(slots=True, kw_only=True)
class _Item:
    """A suggestion as the client has it, or the first part of an edit."""

    id: str
    """What the client calls it."""
    uri: str
    """The document it is for."""
    head: str
    """The line it goes into, left of it."""
    below: int
    """Characters of the document after it."""
    text: str
    """What was sent, with the line ends it was sent with."""
    replaced: int
    """Characters that go when all of it is accepted, less those that further parts bring."""
    number: int
    """The same for a suggestion and what is left of it while it is typed."""
    taken: int = 0
    """Characters of it that were accepted."""


class Acceptance:
    """Follows the items of a client and counts.

    `text_of` gives the text of an open document, `as_sent` a text with the client's line ends.
    """

    def __init__(
        self,
        recorder: StatsRecorder,
        text_of: Callable[[str], str | None],
        as_sent: Callable[[str], str],
    ) -> None:
        self._recorder = recorder
        self._text_of = text_of
        self._as_sent = as_sent
        self._numbers = count(1)
        self._items: deque[_Item] = deque(maxlen=REMEMBERED)
        self._counted: dict[str, deque[int]] = {}
        self._is_told = False

    def offer(self, snapshot: Snapshot, suggestion: Suggestion) -> dict[str, Suggestion]:
        """Follow a suggestion and those it may be exchanged for; return them by their ids.

        It counts as shown, unless the client is one that tells what it shows.
        """
        offered = (suggestion, *suggestion.others)
        items = [self._follow(snapshot, one) for one in offered]
        if not self._is_told and self._is_first("shown", items[0]):
            self._recorder.new.shown += 1
        return {item.id: one for item, one in zip(items, offered, strict=True)}

    def offer_edits(
        self, snapshot: Snapshot, candidates: Iterable[Candidate]
    ) -> dict[str, Candidate]:
        """Follow edits to choose from; return them by their ids. Together they are shown once."""
        self._recorder.new.shown += 1
        return {self._follow_edit(snapshot, one): one for one in candidates}

    def show(self, id: str) -> None:
        """The client has drawn an item."""
        self._is_told = True
        item = self._item(id)
        if item and self._is_first("shown", item):
            self._recorder.new.shown += 1

    def accept(self, id: str) -> None:
        """A person has accepted an item."""
        if item := self._item(id):
            self._take(item, len(item.text))

    def accept_part(self, id: str, units: int) -> None:
        """A person has accepted the first UTF-16 units of an item, those before included."""
        if item := self._item(id):
            self._take(item, Encoding.UTF16.characters(item.text, units))

    def _follow(self, snapshot: Snapshot, suggestion: Suggestion) -> _Item:
        number = next(self._numbers)
        below = snapshot.text[suggestion.end :]
        earlier = (item for item in self._items if item.uri == snapshot.uri)
        item = _Item(
            id=str(number),
            uri=snapshot.uri,
            head=snapshot.text[snapshot.line_start : suggestion.start],
            below=len(below),
            text=self._as_sent(suggestion.text),
            replaced=suggestion.end - suggestion.start,
            number=next(
                (one.number for one in earlier if _is_rest(suggestion, below, one)), number
            ),
        )
        self._items.append(item)
        return item

    def _follow_edit(self, snapshot: Snapshot, candidate: Candidate) -> str:
        number, first = next(self._numbers), candidate.replacements[0]
        parts = candidate.replacements
        brought = sum(len(part.text) for part in parts) - len(first.text)
        item = _Item(
            id=str(number),
            uri=snapshot.uri,
            head=snapshot.text[line_start_of(snapshot.text, first.start) : first.start],
            below=len(snapshot.text) - first.end,
            text=self._as_sent(first.text),
            replaced=sum(part.end - part.start for part in parts) - brought,
            number=number,
        )
        self._items.append(item)
        return item.id

    def _item(self, id: str) -> _Item | None:
        return next((item for item in self._items if item.id == id), None)

    def _take(self, item: _Item, characters: int) -> None:
        if characters <= item.taken:
            return
        new = self._recorder.new
        new.characters_saved += characters - item.taken
        item.taken = characters
        if self._is_first("accepted", item):
            new.accepted += 1
        if characters == len(item.text) and self._is_first("whole", item):
            new.accepted_whole += 1
            new.characters_saved -= item.replaced
        asyncio.get_running_loop().call_later(KEPT_AFTER_S, self._look, item, characters)

    def _look(self, item: _Item, characters: int) -> None:
        """Is it still there? White space may have changed; not asked if more was accepted since."""
        text = self._text_of(item.uri)
        if text is None or item.taken != characters or not self._is_first("looked at", item):
            return
        accepted = item.head + item.text[:characters]
        self._recorder.new.looked_at += 1
        self._recorder.new.kept += _without_space(accepted) in _without_space(text)

    def _is_first(self, what: str, item: _Item) -> bool:
        """Whether this did not happen yet to the suggestion that the item is a part of."""
        numbers = self._counted.setdefault(what, deque(maxlen=REMEMBERED))
        is_first = item.number not in numbers
        numbers.append(item.number)
        return is_first


def _is_rest(suggestion: Suggestion, below: str, earlier: _Item) -> bool:
    """Whether a suggestion is the end of an earlier one, but for what the editor has closed."""
    more = max(0, len(below) - earlier.below)
    if more > 2 * len(earlier.text):  # each line break may be two characters here and one there
        return False
    closed = below[:more]
    return with_newlines(earlier.text).endswith(with_newlines(suggestion.text + closed))


def _without_space(text: str) -> str:
    return "".join(text.split())
