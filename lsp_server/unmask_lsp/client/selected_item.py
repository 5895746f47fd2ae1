"""The selected item of a completion popup: an inline suggestion must begin with it to be drawn.

Editors show a suggestion beside a popup only if it starts with the text of the selected item and
takes the same range (LSP 3.18, SelectedCompletionInfo). So the item counts as typed already.
"""

from dataclasses import dataclass, replace

from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedItem:
    """What accepting the popup's item would put where."""

    text: str
    """The item's text."""
    start: int
    """Where the replaced text starts, in characters of the snapshot's text."""
    end: int
    """Where it ends; on the same line."""

    def accepted(self, snapshot: Snapshot) -> Snapshot:
        """The document as it would be with the item in it, and the cursor behind."""
        text = snapshot.text[: self.start] + self.text + snapshot.text[self.end :]
        return snapshot.at(text, self.start + len(self.text))

    def continued(self, suggestion: Suggestion) -> Suggestion:
        """A suggestion for that document as one for the document as it is."""
        covered = suggestion.end - suggestion.start
        return replace(
            suggestion,
            text=self.text + suggestion.text,
            start=self.start,
            end=self.end + covered,
            others=tuple(map(self.continued, suggestion.others)),
        )
