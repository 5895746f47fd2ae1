"""Suggestions as items of LSP, drawn inline or in a popup, and what clients say of such items."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from lsprotocol import types

from unmask_lsp.client.parts import line_ends, word_ends
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_lsp.text.positions import Encoding

DID_ACCEPT = "unmask.didAccept"
"""The command that a client runs when an item was accepted, with the item's id."""
LABEL = 60
"""Most characters of an item's line in a popup."""

_WORD = re.compile(r"\w+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """How a client wants the suggestions for a snapshot; they come by their ids."""

    snapshot: Snapshot
    encoding: Encoding
    """What a unit of a position is."""
    line_ends: bool
    """Whether texts have the file's line ends; else \\n, whatever they are."""

    @staticmethod
    def nothing() -> dict[str, Any]:
        """An InlineCompletionList without items."""
        return {"items": []}

    def inline(self, suggestions: Mapping[str, Suggestion]) -> dict[str, Any]:
        """Inline items, best first, each with an explicit range on the cursor's line.

        An InlineCompletionList, whose items say besides where their words and lines end.
        """
        return {"items": [self._inline_item(id, one) for id, one in suggestions.items()]}

    def _inline_item(self, id: str, one: Suggestion) -> dict[str, Any]:
        text = as_sent(one.text, line_ends=self.line_ends)
        return {
            "insertText": text,
            "range": self._range(one.start, one.end),
            "command": on_accept(id),
            "parts": {
                "word": self._units(text, word_ends(text)),
                "line": self._units(text, line_ends(text)),
            },
        }

    def _units(self, text: str, ends: Iterable[int]) -> list[int]:
        """Places in a text, in characters and in order, as places in units."""
        starts = (0, *ends)
        lengths = (self.encoding.units(text[start:end]) for start, end in pairwise(starts))
        return list(accumulate(lengths))

    def popup(self, suggestions: Mapping[str, Suggestion]) -> types.CompletionList:
        """Items for a popup. Each takes the word before the cursor along: clients filter by it."""
        items = [self._popup_item(id, one) for id, one in suggestions.items()]
        return types.CompletionList(is_incomplete=True, items=items)

    def _popup_item(self, id: str, one: Suggestion) -> types.CompletionItem:
        before = self.snapshot.text[self.snapshot.line_start : one.start]
        word = "".join(_WORD.findall(before))
        text = as_sent(word + one.text, line_ends=self.line_ends)
        replaced = self._range(one.start - len(word), one.end)
        first, *more = [line.strip() for line in text.splitlines() if line.strip()]
        label = first[:LABEL] + (f" (+{len(more)} lines)" if more else "")
        return types.CompletionItem(
            label=label,
            kind=types.CompletionItemKind.Text,
            detail="Unmask",
            documentation=f"{text}\n" if more else None,
            filter_text=first,
            insert_text_format=types.InsertTextFormat.PlainText,
            insert_text_mode=types.InsertTextMode.AsIs,
            text_edit=types.TextEdit(range=replaced, new_text=text),
            command=on_accept(id),
        )

    def _range(self, start: int, end: int) -> types.Range:
        return span(self.snapshot, start, end, self.encoding)


def as_sent(text: str, *, line_ends: bool) -> str:
    """A text with the line ends that a client wants to insert."""
    return text if line_ends else with_newlines(text)


def span(snapshot: Snapshot, start: int, end: int, encoding: Encoding) -> types.Range:
    """What lies between two offsets of a snapshot, counted in the document it was made of."""
    places = (snapshot.position(offset, encoding) for offset in (start, end))
    first, last = (types.Position(line=one.line, character=one.unit) for one in places)
    return types.Range(start=first, end=last)


def item_id(params: Any) -> str:
    """The id of the item that a notification of Copilot's speaks of; empty if it has none."""
    command = getattr(getattr(params, "item", None), "command", None)
    arguments = getattr(command, "arguments", None)
    return str(arguments[0]) if isinstance(arguments, list) and arguments else ""


def accepted_length(params: Any) -> int:
    """UTF-16 units of an item that have been accepted."""
    length = getattr(params, "acceptedLength", 0)
    return length if isinstance(length, int) else 0


def on_accept(id: str) -> types.Command:
    """What a client runs once it has put something there."""
    return types.Command(title="Accepted", command=DID_ACCEPT, arguments=[id])
